# shellcheck shell=bash
# What only whole programs and real browsers can show: latency beside WebRTC, and a page with nine people. Run it on a quiet machine.

bench_browsers() {
  local name=$1 title=$2 text=$3
  need_dotnet
  TEST_PACKAGES+=(pulseaudio pulseaudio-utils)
  install_test_packages || return 1
  install_npm_packages
  ensure_app
  PARLEY_CHROMIUM=$(browser) || fail 'There is no Chromium or Chrome here.'
  [ -n "${DOTNET_ROOT:-}" ] || DOTNET_ROOT=$(dirname "$(readlink -f "$(command -v dotnet)")")
  export PARLEY_CHROMIUM DOTNET_ROOT PARLEY_APP=$APP/parley
  local results=$ROOT/bench/results/$name.md table status=0
  table=$(mktemp)
  (cd "$ROOT/ui" && PARLEY_REPORT=$table npx --no-install playwright test -c latency "$name.spec.ts") || status=1
  if [ -s "$table" ]; then
    {
      printf '# %s\n\n' "$title"
      # shellcheck disable=SC2016
      printf '`./dev bench %s` on %s: %s cores, %s, %s, loopback.\n%s\n\n' "$name" "$(date +%F)" "$(nproc)" \
        "$(. /etc/os-release && echo "$PRETTY_NAME")" "$("$PARLEY_CHROMIUM" --version | head -n 1)" "$text"
      cat "$table"
    } >"$results"
    say "Written to bench/results/$name.md"
  fi
  rm -f "$table"
  return $status
}

bench_latency() {
  bench_browsers latency 'Latency through everything, beside WebRTC' \
'The two ways take turns in the same two browsers: 640x360, 15 pictures a second with a clock in them, seen on the other page;
bursts through sound devices of an own PulseAudio, echo cancellation, noise suppression and gain control on in both.
Glass to glass is taken without a microphone; CPU with both.'
}

bench_nine() {
  bench_browsers nine 'Nine people in one page' \
'Eight bots send 640x360 at 15 pictures a second and a tone each; the ninth participant is a page with camera and microphone on, all on this machine.
Tasks are those of the window, by the browser'"'"'s own observer, in 60 s a run.'
}
