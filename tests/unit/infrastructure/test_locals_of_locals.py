"""Locals that each ask for all others are looked into once each, not once for every way that leads to them."""

import time

from tests.unit.infrastructure.told import told

_NAMES = [f"l{number}" for number in range(60)]
_CLUSTER = 'resource "aws_eks_cluster" "shop" {{\n  name = "shop"\n  version = local.{}\n}}\n'


def test_locals_that_ask_for_each_other_take_no_time() -> None:
    lines = (
        f'  {name} = var.env == "{name}" ? "1.30" : join("", [{", ".join(f"local.{other}" for other in _NAMES if other != name)}])\n'
        for name in _NAMES
    )
    declared = f"locals {{\n{''.join(lines)}}}\n"
    began = time.process_time()

    told("version-raised", {"main.tf": declared + _CLUSTER.format("l0")}, {"main.tf": declared + _CLUSTER.format("l1")})

    assert time.process_time() - began < 3
