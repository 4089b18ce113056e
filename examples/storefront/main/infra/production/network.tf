resource "aws_vpc" "production" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_subnet" "private" {
  count             = 3
  vpc_id            = aws_vpc.production.id
  cidr_block        = cidrsubnet(aws_vpc.production.cidr_block, 8, count.index)
  availability_zone = "${var.region}${element(["a", "b", "c"], count.index)}"
}

resource "aws_security_group" "services" {
  name   = "storefront-services"
  vpc_id = aws_vpc.production.id
}

resource "aws_security_group" "database" {
  name   = "storefront-database"
  vpc_id = aws_vpc.production.id

  ingress {
    from_port       = 5432
    to_port         = 5432
    protocol        = "tcp"
    security_groups = [aws_security_group.services.id]
  }
}
