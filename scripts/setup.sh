#!/usr/bin/env bash
# Installs what Steepest needs and does not find: system packages, then the environment .venv.
#
# `make setup`, `make film` and `make test` call it; the last then has it look for a browser, too:
# `scripts/setup.sh browser`. It may be stopped at any moment: the next run
# picks up from there. When nothing has changed since the last run it answers at once.
# PYTHON=/path/to/python3.12 chooses the interpreter. Written for bash 3.2, which macOS still has.
set -euo pipefail
unset CDPATH PYTHONHOME PYTHONPATH PIP_USER PIP_TARGET PIP_PREFIX  # each would lead pip out of .venv
cd "$(dirname "${BASH_SOURCE[0]}")/.."

root=$PWD
venv=$root/.venv
stamp=$venv/steepest-setup       # holds the fingerprint of the finished set-up
unfinished=$venv/steepest-setup-unfinished
inputs="pyproject.toml constraints.txt scripts/setup.sh"
log=

# ---- what the user sees -------------------------------------------------------------------------

say() { printf '%-16s %s\n' "$1" "$2"; }

progress() { # the same line again and again, on a terminal only
    if [ -t 1 ]; then printf '\r\033[K%-16s %.60s' "$1" "$2"; fi
}

end_progress() { if [ -t 1 ]; then printf '\r\033[K'; fi; }

die() {
    printf '\nSet-up stopped: %s\n' "$1" >&2
    exit 1
}

die_with_log() { # what the failing command itself had to say, then our sentence
    end_progress
    printf '\n' >&2
    tail -n 40 "$log" >&2
    die "$1"
}

duration() { # seconds -> "1 min 40 s"
    if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}

# ---- nothing to do? -----------------------------------------------------------------------------

# One hash of all that decides what .venv holds: the inputs' contents, the interpreter, and the
# place, because an environment that was moved does not work. Hashes, never time stamps.
fingerprint() {
    "$venv/bin/python" -IS -c '
import hashlib, pathlib, sys
digest = hashlib.sha256(repr((sys.version, *sys.argv)).encode())
for name in sys.argv[2:]:
    digest.update(hashlib.sha256(pathlib.Path(name).read_bytes()).digest())
print(digest.hexdigest())
' "$root" $inputs 2>/dev/null
}

version_of() { "$1" -IS -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null; }

is_up_to_date() {
    local now
    [ -f "$stamp" ] && [ ! -e "$unfinished" ] || return 1
    now=$(fingerprint) && [ -n "$now" ] && [ "$now" = "$(cat "$stamp")" ] || return 1
    [ -z "${PYTHON:-}" ] || [ "$(version_of "$PYTHON")" = "$(version_of "$venv/bin/python")" ]
}

is_venv() { [ -f "$venv/pyvenv.cfg" ] && is_supported "$venv/bin/python"; }

# ---- the interpreter ----------------------------------------------------------------------------

is_supported() {
    case "$(version_of "$1")" in 3.11 | 3.12 | 3.13) return 0 ;; *) return 1 ;; esac
}

# Sets `python`: the interpreter to build with; for a virtual environment's, .venv's own among them,
# the one that it was made from.
require_python() {
    local candidate refused=
    if [ -n "${PYTHON:-}" ]; then
        set -- "$PYTHON"
    else
        set -- python3 python3.13 python3.12 python3.11
        if is_venv; then set -- "$venv/bin/python" "$@"; fi # no need to change
    fi
    for candidate in "$@"; do
        if is_supported "$candidate"; then
            python=$("$candidate" -I -c 'import sys; print(sys._base_executable)')
            say "Python" "$("$python" -IS -c 'import platform; print(platform.python_version())'), $python"
            return 0
        fi
        refused="$refused$(why_refused "$candidate")
"
    done
    die "no Python 3.11, 3.12 or 3.13.
$refused
Install one (Debian, Ubuntu: apt-get install python3; macOS: brew install python@3.13),
or name one:  PYTHON=/path/to/python3.12 make setup"
}

why_refused() {
    local version
    version=$(version_of "$1") || version=
    case $version in
    '') echo "  $1: not found" ;;
    2.* | 3.? | 3.10) echo "  $1: Python $version is too old" ;;
    *) echo "  $1: Python $version is newer than what the versions in constraints.txt are made for" ;;
    esac
}

# ---- system packages ----------------------------------------------------------------------------

# What is needed is asked for by use, not by package name: a compiler or a font that came another
# way is just as good.
has_c_compiler() { echo '#include <stdio.h>' | cc -E -x c - >/dev/null 2>&1; }
has_pango() { pkg-config --exists cairo pangocairo pangoft2 2>/dev/null; }
has_python_headers() {
    "$python" -I -c 'import os, sysconfig, sys
sys.exit(not os.path.exists(os.path.join(sysconfig.get_path("include"), "Python.h")))'
}
has_python_venv() { "$python" -I -c 'import ensurepip, venv' 2>/dev/null; }
has_chinese_font() { [ -n "$(fc-list :lang=zh family 2>/dev/null | head -n 1)" ]; }

missing_on_debian() {
    local missing=
    has_c_compiler || missing="$missing gcc libc6-dev"
    command -v pkg-config >/dev/null || missing="$missing pkg-config"
    has_pango || missing="$missing libcairo2-dev libpango1.0-dev"
    has_python_headers || missing="$missing $(debian_python dev)" || return 1
    has_python_venv || missing="$missing $(debian_python venv)" || return 1
    has_chinese_font || missing="$missing fontconfig fonts-wqy-microhei"
    echo $missing
}

debian_python() { # python3.11-dev and the like; only the system's own Python gets parts from apt
    case $python in
    /usr/bin/*) echo "python$(version_of "$python")-$1" ;;
    *) die "$python was built without its '$1' part (C headers, or ensurepip); install a complete one,
or name another:  PYTHON=/usr/bin/python3 make setup" ;;
    esac
}

missing_on_macos() {
    local missing=
    command -v pkg-config >/dev/null || missing="$missing pkg-config"
    has_pango || missing="$missing cairo pango"
    echo $missing
}

install_on_debian() {
    local missing=$1 as_root=
    local install="apt-get install -y --no-install-recommends $missing"
    if [ "$(id -u)" != 0 ]; then
        if ! may_sudo; then
            die "these system packages are missing: $missing
Run this as root, then set up again:

    apt-get update && $install
"
        fi
        as_root=sudo
    fi
    local quietly="$as_root env DEBIAN_FRONTEND=noninteractive"
    local options="-q -o DPkg::Lock::Timeout=120" # a fresh machine is often busy upgrading itself
    say "System packages" "installing $missing"
    # One broken list of another vendor fails the update but not what we need: the install decides.
    $quietly apt-get $options update 2>&1 | follow_apt || true
    $quietly $install $options 2>&1 | follow_apt ||
        die_with_log "apt-get could not install the system packages; its own words stand above."
}

may_sudo() { # without a password, or with someone there to type it
    command -v sudo >/dev/null || return 1
    if sudo -n true 2>/dev/null; then return 0; fi
    [ -t 0 ] && [ -t 1 ] && sudo -v
}

follow_apt() { # reads apt-get's output
    local line
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        case $line in Get:* | Unpacking* | Setting\ up*) progress "" "$line" ;; esac
    done
    end_progress
}

install_on_macos() {
    if ! xcode-select -p >/dev/null 2>&1; then
        die "no C compiler. Run this, then set up again:

    xcode-select --install
"
    fi
    local missing=$1
    if [ -z "$missing" ]; then return 0; fi
    if ! command -v brew >/dev/null; then
        die "these packages are missing: $missing
Install Homebrew, then set up again."
    fi
    say "System packages" "brew install $missing"
    brew install $missing >"$log" 2>&1 ||
        die_with_log "brew could not install the packages; its own words stand above."
}

require_system_packages() {
    local missing
    case $(uname -s) in
    Darwin)
        missing=$(missing_on_macos)
        install_on_macos "$missing"
        missing=$(missing_on_macos)
        ;;
    *)
        missing=$(missing_on_debian) || exit 1
        if [ -n "$missing" ] && ! command -v apt-get >/dev/null; then
            die "this system has no apt-get. Install what Debian calls: $missing"
        fi
        if [ -n "$missing" ]; then install_on_debian "$missing"; fi
        missing=$(missing_on_debian) || exit 1
        ;;
    esac
    if [ -n "$missing" ]; then die_with_log "still missing after the installation: $missing"; fi
    say "System packages" "all there"
}

# What tests of the lecture page drive. On Debian browser and driver are one version for good; on
# others Selenium fetches a pair of its own.
has_browser() { command -v chromium >/dev/null && command -v chromedriver >/dev/null; }
is_debian() { (. /etc/os-release && [ "$ID" = debian ]) 2>/dev/null; }

require_browser() {
    if has_browser || ! is_debian; then return 0; fi
    install_on_debian "chromium chromium-driver"
    has_browser || die_with_log "still missing after the installation: chromium chromium-driver"
    say "Browser" "Chromium"
}

# ---- the environment ----------------------------------------------------------------------------

# A set-up that was cut short leaves a note in .venv; what it left half-made is made again. The note
# is there before anything else changes, and outlives it.
prepare_venv() {
    local fresh=
    [ ! -e "$unfinished" ] && is_venv && "$venv/bin/python" -I -m pip --version >/dev/null 2>&1 &&
        [ "$(version_of "$venv/bin/python")" = "$(version_of "$python")" ] || fresh=yes
    mkdir -p "$venv"
    : >"$unfinished"
    rm -f "$stamp"
    if [ -n "$fresh" ]; then
        progress "Environment" ".venv"
        find "$venv/" -mindepth 1 ! -name "${unfinished##*/}" -delete
        "$python" -m venv "$venv" >"$log" 2>&1 ||
            die_with_log "$python could not make the environment .venv; its own words stand above."
        end_progress
    fi
    say "Environment" ".venv"
}

install_python_packages() {
    local total
    total=$(sed '/^$/q' constraints.txt | grep -c '==') # the first block
    if [ ! -t 1 ]; then say "Python packages" "installing, a minute or three"; fi
    # The variable, unlike the option, also reaches the tools that pip builds packages with.
    PIP_CONSTRAINT=constraints.txt PIP_BUILD_CONSTRAINT=constraints.txt \
        PIP_DISABLE_PIP_VERSION_CHECK=1 PIP_NO_INPUT=1 \
        "$venv/bin/python" -m pip install --progress-bar off --editable '.[dev]' 2>&1 |
        follow_pip "$total" ||
        die_with_log "pip could not install the Python packages; its own words stand above."
    say "Python packages" "all there, as pinned in constraints.txt"
}

follow_pip() { # reads pip's output; $1: how many packages there are at most
    local line count=0 name
    while IFS= read -r line; do
        printf '%s\n' "$line" >>"$log"
        case $line in
        Collecting*)
            if [ "$count" -lt "$1" ]; then count=$((count + 1)); fi
            name=${line#Collecting }
            progress "Python packages" "$count of $1: ${name%%[<>=!~;[ (]*}"
            ;;
        *Building\ wheel\ for*)
            name=${line#*Building wheel for }
            progress "Python packages" "compiling ${name%% *}"
            ;;
        Installing\ collected*) progress "Python packages" "unpacking" ;;
        esac
    done
    end_progress
}

compile_loops() { # else the first film would wait for it
    progress "Depth camera" "compiling"
    "$venv/bin/python" -m scenes.stage.warm >"$log" 2>&1 ||
        die_with_log "the depth camera could not be compiled; its own words stand above."
    end_progress
    say "Depth camera" "compiled"
}

# ---- the whole ----------------------------------------------------------------------------------

main() {
    if [ "${1:-}" = browser ]; then
        log=$(mktemp)
        trap 'rm -f "$log"' EXIT
        require_browser
        return 0
    fi
    if is_up_to_date; then
        say "Set-up" ".venv is up to date"
        return 0
    fi
    log=$(mktemp)
    trap 'rm -f "$log"' EXIT
    trap 'end_progress; die "interrupted; the next run completes it."' INT
    SECONDS=0
    require_python
    require_system_packages
    prepare_venv
    install_python_packages
    compile_loops
    fingerprint >"$stamp.new"
    mv "$stamp.new" "$stamp"
    rm -f "$unfinished"
    say "Ready" "$(duration $SECONDS)"
}

main "$@"
