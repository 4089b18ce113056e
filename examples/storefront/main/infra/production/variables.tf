variable "region" {
  description = "Where production runs."
  type        = string
  default     = "eu-central-1"
}
