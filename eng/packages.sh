# shellcheck shell=bash
# Debian packages that the tests need. The program itself needs none: Opus and TurboJPEG are used when they are there.

TEST_PACKAGES=(chromium fonts-dejavu-core fonts-noto-color-emoji libopus0 libturbojpeg0)

missing_packages() {
  local package
  for package in "${TEST_PACKAGES[@]}"; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || printf '%s ' "$package"
  done
}

browser() {
  local name
  for name in chromium chromium-browser google-chrome google-chrome-stable microsoft-edge; do
    have "$name" && command -v "$name" && return 0
  done
  return 1
}

install_test_packages() {
  if ! have dpkg-query || ! have apt-get; then
    browser >/dev/null || {
      say "The browser tests need Chromium or Chrome. Install one with this system's package manager and run this again."
      return 1
    }
    return 0
  fi
  local missing
  missing=$(missing_packages)
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" != 0 ]; then
    say "The tests need some Debian packages. Please run this, then start again:"
    say "  sudo apt-get update && sudo apt-get install -y --no-install-recommends $missing"
    return 1
  fi
  say "   installing Debian packages: $missing"
  export DEBIAN_FRONTEND=noninteractive
  retry 3 apt-get -qq update || say "   the package lists could not be renewed; going on with the old ones"
  # shellcheck disable=SC2086
  retry 3 apt-get -qq install -y --no-install-recommends $missing
}
