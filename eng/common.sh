# shellcheck shell=bash
# What every script here starts from: where things are, how to speak, and the tools that must exist.
# Sourced, never run.
# shellcheck disable=SC2034 # what is set here is used by those who source it

ROOT=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
OUT=$ROOT/out
APP=$OUT/app

export DOTNET_NOLOGO=1 DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_SKIP_FIRST_TIME_EXPERIENCE=1
export DOTNET_CLI_UI_LANGUAGE=en
# The tests use the system's Chromium; nothing downloads a browser of its own.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

# Standard output belongs to the program that is started at the end.
say() { printf '%s\n' "$*" >&2; }

fail() {
  say "$*"
  exit 1
}

have() { command -v "$1" >/dev/null 2>&1; }

has_ui() { [ -f "$ROOT/ui/package.json" ]; }

need_dotnet() {
  have dotnet || fail "Parley needs the .NET 10 SDK, and there is no 'dotnet' here. Install the package dotnet-sdk-10.0, or see https://dotnet.microsoft.com/download/dotnet/10.0."
  (cd "$ROOT" && dotnet --version >/dev/null 2>&1) && return
  fail "Parley needs the .NET 10 SDK; 'dotnet --list-sdks' shows: $(dotnet --list-sdks | tr '\n' ';'). Install the package dotnet-sdk-10.0, or see https://dotnet.microsoft.com/download/dotnet/10.0."
}

need_node() {
  local advice='Install a newer one, for example from https://nodejs.org/en/download.'
  { have node && have npm; } || fail "Parley's page is built with Node 20.19 or later and npm, and they are not here. $advice"
  node -e 'const [a, b] = process.versions.node.split(".").map(Number); process.exit(a > 20 || (a === 20 && b >= 19) ? 0 : 1)' \
    || fail "Parley's page is built with Node 20.19 or later; here is $(node --version). $advice"
}

# retry TIMES COMMAND…: for what depends on a network that blinks.
retry() {
  local left=$1 wait=2
  shift
  until "$@"; do
    left=$((left - 1))
    [ "$left" -gt 0 ] || return 1
    say "   that failed; trying again in $wait s"
    sleep "$wait"
    wait=$((wait * 3))
  done
}

# with_lock NAME COMMAND…: two starts at once must not build into each other.
with_lock() {
  local name=$1
  shift
  mkdir -p "$OUT"
  if have flock; then
    (
      flock 9
      # Build servers outlive the build and would keep the lock if they got its descriptor.
      "$@" 9>&-
    ) 9>"$OUT/.$name.lock"
  else
    "$@"
  fi
}
