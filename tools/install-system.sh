#!/bin/sh
# Programs that tests drive for real: LibreOffice with its Python bridge, Chromium, Chinese fonts.
# Where they cannot be installed, the tests that need them are skipped with a line that says so.
set -u
missing=""
command -v soffice >/dev/null 2>&1 || missing="$missing libreoffice-calc"
/usr/bin/python3 -c "import uno" >/dev/null 2>&1 || missing="$missing python3-uno"
command -v chromium >/dev/null 2>&1 || missing="$missing chromium"
fc-list 2>/dev/null | grep -qi "noto.*cjk" || missing="$missing fonts-noto-cjk"
[ -z "$missing" ] && exit 0
if [ "$(id -u)" != 0 ] || ! command -v apt-get >/dev/null 2>&1; then
    echo "没有安装：$missing（需要 root 和 apt-get）；用到它们的测试会跳过。"
    exit 0
fi
echo "安装测试用的程序：$missing"
export DEBIAN_FRONTEND=noninteractive
apt-get update -qq >/dev/null 2>&1
# shellcheck disable=SC2086
apt-get install -y -qq --no-install-recommends $missing >/dev/null 2>&1 ||
    echo "有的程序没有装上：$missing；用到它们的测试会跳过。"
exit 0
