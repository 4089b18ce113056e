"""CloudFormation, what CDK and SAM write of it, and its change sets: read as the same changes of resources that Terraform's rules ask for."""
