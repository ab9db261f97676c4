import pytest

from bot.core.filetypes import LONGEST_NAME, kind_of, safe_name

PNG = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR"
ZIP = b"PK\x03\x04\x14\0"


@pytest.mark.parametrize(
    ("name", "data", "mime"),
    [
        ("screen.png", PNG, "image/png"),
        ("SCREEN.PNG", PNG, "image/png"),
        ("photo", b"\xff\xd8\xff\xe0\0\x10JFIF", "image/jpeg"),
        ("a.webp", b"RIFF\x24\0\0\0WEBPVP8 ", "image/webp"),
        ("报告.docx", ZIP, "application/vnd.openxmlformats-officedocument.wordprocessingml.document"),
        ("logs.zip", ZIP, "application/zip"),
        ("voice.amr", b"#!AMR\n\x3c", "audio/amr"),
        ("clip.mp4", b"\0\0\0\x18ftypmp42", "video/mp4"),
        ("a.log", b"", "text/plain"),
        ("utf8.log", "断电了".encode(), "text/plain"),
        ("gbk.txt", "断电了".encode("gb18030"), "text/plain"),
        ("wide.txt", "断电了".encode("utf-16"), "text/plain"),
        ("answer.log", b"GET / 500\n<html><body>oops</body></html>", "text/plain"),
        ("BMW", b"BMW is a car", "text/plain"),
        ("data.json", b'{"a": 1}', "application/json"),
    ],
)
def test_a_file_is_what_its_name_and_its_bytes_agree_on(name: str, data: bytes, mime: str) -> None:
    assert kind_of(name, data) == mime


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("setup.exe", b"MZ\x90\0"),
        ("invoice.pdf", b"MZ\x90\0"),
        ("tool", b"\x7fELF\x02"),
        ("run.txt", b"#!/bin/sh\nrm -rf /"),
        ("run.sh", b"echo hello"),
        ("page.html", b"<html>"),
        ("page.txt", b"  \xef\xbb\xbf<!DOCTYPE html><html>"),
        ("wide.txt", "<html><script>".encode("utf-16")),
        ("picture.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>"),
        ("picture.xml", b"<?xml version='1.0'?><!-- a --><svg onload='x'/>"),
        ("picture.png", b"just words"),
        ("words.txt", b"\0\1\2\3"),
        ("archive.iso", b"CD001"),
        ("link", b"L\0\0\0\x01\x14\x02\0"),
        ("nothing", b""),
    ],
)
def test_what_runs_or_is_not_what_its_name_says_is_not_carried(name: str, data: bytes) -> None:
    assert kind_of(name, data) is None


def test_a_file_made_to_be_looked_at_for_ever_is_looked_at_once() -> None:
    comments = b"<!---->" * 500

    assert kind_of("words.xml", comments + b"<words/>") == "application/xml"
    assert kind_of("words.xml", comments + b"<svg/>") is None


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("机房 1.png", "机房 1.png"),
        ("../../etc/passwd", "passwd"),
        ("C:\\temp\\screen.png", "screen.png"),
        ("gpj\u202efdp.exe", "gpjfdp.exe"),
        ("a\nb\0c.txt", "abc.txt"),
        (".profile", "profile"),
        ("", "file"),
        ("..", "file"),
    ],
)
def test_a_name_is_nothing_but_a_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe


def test_a_long_name_is_cut_before_its_ending() -> None:
    name = safe_name("长" * 500 + ".png")

    assert len(name) == LONGEST_NAME
    assert name.endswith("长.png")
