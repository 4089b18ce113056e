resource "aws_db_instance" "parcels" {
  identifier          = "parcels"
  engine              = "postgres"
  instance_class      = "db.r6g.large"
  allocated_storage   = 200
  availability_zone   = "eu-west-1a"
  deletion_protection = true

  lifecycle {
    prevent_destroy = true
  }
}

resource "aws_sqs_queue" "labels" {
  name                       = "labels"
  visibility_timeout_seconds = 30
}
