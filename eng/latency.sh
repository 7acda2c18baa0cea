# shellcheck shell=bash
# Latency through everything, beside WebRTC in the same browsers. It needs sound devices, so it brings a PulseAudio of its own.

bench_latency() {
  need_dotnet
  TEST_PACKAGES+=(pulseaudio pulseaudio-utils)
  install_test_packages || return 1
  install_npm_packages
  ensure_app
  PARLEY_CHROMIUM=$(browser) || fail 'There is no Chromium or Chrome here.'
  [ -n "${DOTNET_ROOT:-}" ] || DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
  export PARLEY_CHROMIUM DOTNET_ROOT PARLEY_APP=$APP/parley
  local results=$ROOT/bench/results/latency.md table
  table=$(mktemp)
  (cd "$ROOT/ui" && PARLEY_LATENCY_REPORT=$table npx --no-install playwright test -c latency) || return 1
  {
    echo '# Latency through everything, beside WebRTC'
    echo
    # shellcheck disable=SC2016
    echo '`./dev bench latency` on' "$(date +%F): $(nproc) cores, $(. /etc/os-release && echo "$PRETTY_NAME"), $("$PARLEY_CHROMIUM" --version | head -n 1), loopback."
    echo 'The two ways take turns in the same two browsers: 640x360, 15 pictures a second with a clock in them, seen on the other page;'
    echo 'bursts through sound devices of an own PulseAudio, echo cancellation, noise suppression and gain control on in both.'
    echo 'Glass to glass is taken without a microphone; CPU with both.'
    echo
    cat "$table"
  } >"$results"
  rm -f "$table"
  say "Written to bench/results/latency.md"
}
