variable "name" { type = string }
variable "cluster_id" { type = string }
variable "count_wanted" { type = number }
variable "cpu" { type = number }
variable "memory" { type = number }
variable "database_url" { type = string }

resource "aws_ecs_task_definition" "this" {
  family                   = var.name
  requires_compatibilities = ["FARGATE"]
  network_mode             = "awsvpc"
  cpu                      = var.cpu
  memory                   = var.memory

  container_definitions = jsonencode([{
    name        = var.name
    image       = "storefront/${var.name}:current"
    environment = [{ name = "DATABASE_URL", value = var.database_url }]
  }])
}

resource "aws_ecs_service" "this" {
  name            = var.name
  cluster         = var.cluster_id
  task_definition = aws_ecs_task_definition.this.arn
  desired_count   = var.count_wanted
  launch_type     = "FARGATE"
}
