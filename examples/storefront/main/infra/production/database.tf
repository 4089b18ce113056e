resource "aws_db_subnet_group" "storefront" {
  name       = "storefront-production"
  subnet_ids = aws_subnet.private[*].id
}

resource "aws_db_instance" "storefront" {
  identifier     = "storefront-production"
  engine         = "postgres"
  engine_version = "16.4"
  instance_class = "db.r6g.xlarge"

  db_name                     = "storefront"
  username                    = "storefront"
  manage_master_user_password = true

  allocated_storage     = 400
  max_allocated_storage = 1000
  storage_encrypted     = true
  availability_zone     = "eu-central-1a"

  db_subnet_group_name   = aws_db_subnet_group.storefront.name
  vpc_security_group_ids = [aws_security_group.database.id]
  publicly_accessible    = false

  backup_retention_period   = 14
  deletion_protection       = true
  skip_final_snapshot       = false
  final_snapshot_identifier = "storefront-production-final"

  lifecycle {
    prevent_destroy = true
  }
}

locals {
  database_url = "postgresql://storefront@${aws_db_instance.storefront.address}/storefront"
}
