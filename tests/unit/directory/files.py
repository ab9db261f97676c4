"""A small directory file to get wrong, and the shipped ones."""

from pathlib import Path

ROOT = Path(__file__).parents[3]
DEMO = ROOT / "demo" / "directory.yaml"
STARTER = ROOT / "config" / "directory.yaml"

SMALL = """\
desk:
  name: {zh: 台, en: Desk}
  zone: Asia/Shanghai
  languages: [zh, en]
  reply_to: desk@example.com
customers:
  - id: one
    name: {zh: 甲, en: One}
    language: zh
  - id: two
    name: {zh: 乙, en: Two}
    language: en
contracts:
  - id: one-old
    customer: one
    title: Old
    schemes: [s1_p4]
    calendar: always
    starts_on: 2024-01-01
    ends_on: 2024-12-31
    hotline: 000-0000-0000
  - id: one-new
    customer: one
    title: New
    schemes: [s0_fault5]
    calendar: s0_office
    starts_on: 2025-01-01
    hotline: 000-0000-0000
    specialist: ann
  - id: two-only
    customer: two
    title: Only
    schemes: [s4_response5]
    calendar: s4_standard
    zone: America/New_York
    starts_on: 2025-01-01
    hotline: 000-0000-0000
people:
  - id: ann
    name: 安
    name_en: Ann
    roles: [engineer, lead]
    email: ann@example.com
    ids: {slack: U1, local: ann-at-home}
  - id: bob
    name: Bob
    roles: [engineer]
    ids: {dingtalk: staff-2}
  - id: cy
    name: Cy
    roles: [engineer, manager, director, vice_president, president]
  - id: dora
    name: Dora
    customer: two
    ids: {slack: U4}
groups:
  - id: first
    title: {zh: 甲群, en: First}
    audience: customer
    customer: one
    places: {slack: C1, dingtalk: "cid:1"}
    reads: mentions
  - id: second
    title: {zh: 乙群, en: Second}
    audience: customer
    customer: two
    contract: two-only
    places: {slack: C2}
  - id: engineers
    title: {zh: 工程师, en: Engineers}
    audience: engineers
    places: {slack: C9}
rota:
  - role: engineer
    people: [ann, bob]
    hours: 09:00-18:00
    starts_on: 2026-01-07
  - role: engineer
    people: [bob]
    hours: 22:00-06:00
"""
