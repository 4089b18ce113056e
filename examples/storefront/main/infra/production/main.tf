terraform {
  required_version = ">= 1.7"

  required_providers {
    aws = {
      source  = "hashicorp/aws"
      version = "~> 5.60"
    }
  }

  backend "s3" {
    bucket       = "storefront-terraform-state"
    key          = "production.tfstate"
    region       = "eu-central-1"
    use_lockfile = true
  }
}

provider "aws" {
  region = var.region
}

resource "aws_ecs_cluster" "production" {
  name = "storefront-production"

  setting {
    name  = "containerInsights"
    value = "enabled"
  }
}

module "checkout" {
  source       = "../modules/service"
  name         = "checkout"
  cluster_id   = aws_ecs_cluster.production.id
  count_wanted = 6
  cpu          = 1024
  memory       = 2048
  database_url = local.database_url
}

module "payments" {
  source       = "../modules/service"
  name         = "payments"
  cluster_id   = aws_ecs_cluster.production.id
  count_wanted = 4
  cpu          = 512
  memory       = 1024
  database_url = local.database_url
}

module "catalogue" {
  source       = "../modules/service"
  name         = "catalogue"
  cluster_id   = aws_ecs_cluster.production.id
  count_wanted = 4
  cpu          = 512
  memory       = 1024
  database_url = local.database_url
}

module "cost_report" {
  source       = "../modules/service"
  name         = "cost-report"
  cluster_id   = aws_ecs_cluster.production.id
  count_wanted = 1
  cpu          = 256
  memory       = 512
  database_url = local.database_url
}
