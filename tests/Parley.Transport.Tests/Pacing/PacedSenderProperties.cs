using FsCheck;
using FsCheck.Fluent;
using Parley.Protocol;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Transport.Pacing;
using Parley.Transport.Repair;

namespace Parley.Transport.Tests.Pacing;

public sealed class PacedSenderProperties
{
    private static readonly TimeSpan RoundTrip = TimeSpan.FromMilliseconds(5);

    [Fact]
    public void Everything_leaves_once_in_order_and_again_only_when_asked_for_and_never_faster_than_the_rate() =>
        Prop.ForAll(
            Gen.Choose(100, 50_000).ToArbitrary(),
            Gen.Choose(0, 99).Two().ListOf(400).ToArbitrary(),
            (kilobits, steps) => new Run(kilobits * 1000L).Take(steps)).QuickCheckThrowOnFailure();

    private sealed class Run(long target)
    {
        private readonly Ssrc[] _streams = [new(1), new(2)];
        private readonly ushort[] _sealed = [65_500, 30];
        private readonly ushort[] _left = [65_500, 30];
        private readonly Dictionary<(Ssrc, SequenceNumber), (int Leavings, int Requests)> _packets = [];
        private readonly PacedSender _sender = new(default, target);
        private Instant _now;
        private long _wireBytes;

        public bool Take(IEnumerable<(int Action, int Amount)> steps)
        {
            foreach (var (action, amount) in steps)
            {
                if (action < 40) Seal(action % 2, 1 + (amount % 10));
                else if (action < 60) Ask(amount);
                else _now += TimeSpan.FromMilliseconds(amount / 5.0);
                if (!Release()) return false;
            }
            // All that waits leaves in the end, each time at the time that was said.
            while (_sender.NextRelease != Instant.Never)
            {
                if (_sender.NextRelease < _now) return false;
                _now = _sender.NextRelease;
                if (!Release()) return false;
            }
            return _sealed.SequenceEqual(_left) && _sender.DelayAt(_now) == TimeSpan.Zero && _packets.Values.All(p => p.Leavings >= 1);
        }

        private void Seal(int stream, int count)
        {
            for (var i = 0; i < count && !_sender.Reserve(_now).IsEmpty; i++)
            {
                var sequence = new SequenceNumber(_sealed[stream]++);
                _packets[(_streams[stream], sequence)] = (0, 0);
                _sender.Commit(_now, _streams[stream], sequence, 200 + (sequence.Value % 1000), 100);
            }
        }

        private void Ask(int amount)
        {
            var (stream, back) = (amount % 2, amount / 2);
            var sequence = new SequenceNumber(_sealed[stream]) + -back;
            if (_sender.OnRequest(_now, _streams[stream], sequence, RoundTrip) != DropReason.None) return;
            if (_packets.TryGetValue((_streams[stream], sequence), out var packet))
                _packets[(_streams[stream], sequence)] = packet with { Requests = packet.Requests + 1 };
        }

        private bool Release()
        {
            var rate = target * 3 / 2;
            while (_sender.TryPeek(_now, out var packet, out var bytes))
            {
                _sender.OnReleased(_now);
                _wireBytes += packet.WireBytes;
                var key = (packet.Ssrc, packet.Sequence);
                var known = _packets[key];
                var stream = Array.IndexOf(_streams, packet.Ssrc);
                if (known.Leavings == 0 && packet.Sequence.Value != _left[stream]++) return false;
                _packets[key] = known with { Leavings = known.Leavings + 1 };
                if (known.Leavings > Math.Min(known.Requests, RetransmissionCache.MaxResends) || bytes.Length != packet.Length) return false;
            }
            return _wireBytes <= new Pacer(default, rate).Burst + (rate / 8.0 * _now.Ticks / TimeSpan.TicksPerSecond) + 1;
        }
    }
}
