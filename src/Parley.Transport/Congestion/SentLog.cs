using Parley.Protocol.Rtcp;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Transport.Congestion;

/// <summary>The sender's memory for congestion control: when each packet left, until feedback says what became of it.</summary>
/// <remarks>
/// One ring in order of sending, with a hash table over SSRC and sequence number inside of it. What feedback never mentions counts neither as
/// arrived nor as lost. Memory is small for sound, grows once, and is reused: no allocation in steady state. Not thread-safe.
/// </remarks>
internal sealed class SentLog
{
    /// <summary>Most packets remembered: a second at 20 Mbit/s.</summary>
    internal const int MaxCapacity = 2048;

    /// <summary>A missing packet is lost when one that was sent this much later has come; before that it may have been overtaken.</summary>
    internal static readonly TimeSpan ReorderingTolerance = TimeSpan.FromMilliseconds(60);

    /// <summary>Enough for two seconds of sound; who sends more gets <see cref="MaxCapacity"/>.</summary>
    private const int FirstCapacity = 256;

    private const int None = -1;

    /// <summary>What is older than this need not be remembered: its feedback is lost.</summary>
    private static readonly TimeSpan MaxAge = TimeSpan.FromSeconds(2);

    private Entry[] _entries = [];
    private int[] _buckets = [];
    private long _next;
    private long _oldestOpen;
    private long _walk;
    private long _newestAcked = -1;
    private long _reportUnits;
    private bool _hasReport;

    private enum State : byte
    {
        Free,
        InFlight,

        /// <summary>Feedback said that it did not come, or it was sent again because it was asked for.</summary>
        Missing,
        Arrived,
        Done,
    }

    /// <summary>When the last packet left.</summary>
    internal Instant LastSentAt { get; private set; } = new(long.MinValue);

    /// <summary>The round trip of the newest packet of the last feedback, without the time that the receiver kept it; null if that had none.</summary>
    internal TimeSpan? RoundTrip { get; private set; }

    /// <summary>Notes a packet that leaves now. The same number again is a retransmission: what was sent before is lost.</summary>
    internal void OnSent(Instant now, Ssrc ssrc, SequenceNumber sequence, int bytes, int cluster)
    {
        LastSentAt = now;
        if (_entries.Length < MaxCapacity && NeedsRoom(now)) Grow();
        var slot = Slot(_next);
        if (_entries[slot].State != State.Free) Unlink(slot);

        var earlier = Find(ssrc.Value, sequence.Value);
        if (earlier != None)
        {
            Unlink(earlier);
            if (_entries[earlier].State == State.InFlight) _entries[earlier].State = State.Missing;
        }
        _entries[slot] = new Entry
        {
            SentTicks = now.Ticks,
            Ssrc = ssrc.Value,
            Sequence = sequence.Value,
            Bytes = (ushort)bytes,
            Cluster = cluster,
            State = State.InFlight,
            IsAgain = earlier != None,
        };
        Link(slot);
        _next++;
        _oldestOpen = Math.Max(_oldestOpen, _next - _entries.Length);
    }

    /// <summary>Takes a feedback in; <see cref="TryNext"/> then gives what it has settled.</summary>
    /// <param name="now">When it came.</param>
    /// <param name="feedback">Its head.</param>
    /// <param name="streams">Its streams.</param>
    internal void OnFeedback(Instant now, in CongestionControlFeedback feedback, ReadOnlySpan<byte> streams)
    {
        // The report's time wraps around after 18 hours; feedback may overtake feedback.
        _reportUnits = _hasReport ? _reportUnits + unchecked((int)(feedback.ReportTimestamp - (uint)_reportUnits)) : feedback.ReportTimestamp;
        _hasReport = true;
        RoundTrip = null;
        var newest = -1L;
        while (CongestionControlFeedback.TryNextStream(ref streams, out var stream, out var metrics))
        {
            for (var i = 0; i < stream.Count; i++)
            {
                var slot = Find(stream.Media.Value, (stream.Begin + i).Value);
                if (slot == None) continue;
                var metric = PacketMetric.Read(metrics, i);
                ref var entry = ref _entries[slot];
                if (entry.State is not (State.InFlight or State.Missing)) continue;
                if (!metric.IsReceived)
                {
                    // Of a retransmission the receiver may not have known yet.
                    if (!entry.IsAgain) entry.State = State.Missing;
                    continue;
                }
                entry.State = State.Arrived;
                entry.ArrivedTicks = metric.ArrivalOffset >= PacketMetric.LongAgo || entry.IsAgain ? long.MinValue : ArrivalTicks(metric.ArrivalOffset);
                var position = PositionOf(slot);
                _newestAcked = Math.Max(_newestAcked, position);
                if (entry.ArrivedTicks == long.MinValue || position <= newest) continue;
                newest = position;
                var kept = metric.ArrivalOffset * TimeSpan.TicksPerSecond / ArrivalLog.UnitsPerSecond;
                RoundTrip = new TimeSpan(Math.Max(0, now.Ticks - entry.SentTicks - kept));
            }
        }
        _walk = _oldestOpen;
    }

    /// <summary>Gives the next packet that the last feedback has settled, in order of sending. To be called until it is false.</summary>
    internal bool TryNext(out PacketResult result)
    {
        result = default;
        if (_newestAcked < _oldestOpen) return false;
        var newestTicks = _entries[Slot(_newestAcked)].SentTicks;
        for (; _walk <= _newestAcked; _walk++)
        {
            ref var entry = ref _entries[Slot(_walk)];
            var isLost = entry.State == State.Missing && newestTicks - entry.SentTicks >= ReorderingTolerance.Ticks;
            if (entry.State == State.Arrived || isLost)
            {
                Instant? arrival = isLost || entry.ArrivedTicks == long.MinValue ? null : new Instant(entry.ArrivedTicks);
                result = new PacketResult(new Instant(entry.SentTicks), arrival, entry.Bytes, isLost, entry.Cluster);
                entry.State = State.Done;
                Close();
                _walk++;
                return true;
            }
        }
        Close();
        return false;
    }

    /// <summary>What lies in front of everything that is still open need not be walked again.</summary>
    private void Close()
    {
        while (_oldestOpen <= _newestAcked && _entries[Slot(_oldestOpen)].State == State.Done) _oldestOpen++;
    }

    private long ArrivalTicks(int offset) =>
        (_reportUnits * TimeSpan.TicksPerSecond / NtpTime.MiddleUnitsPerSecond) - (offset * TimeSpan.TicksPerSecond / ArrivalLog.UnitsPerSecond);

    private int Slot(long position) => (int)(position & (_entries.Length - 1));

    private long PositionOf(int slot) => _next - 1 - Slot(_next - 1 - slot);

    private bool NeedsRoom(Instant now)
    {
        if (_entries.Length == 0) return true;
        ref readonly var oldest = ref _entries[Slot(_next)];
        return oldest.State is State.InFlight or State.Missing && now.Ticks - oldest.SentTicks < MaxAge.Ticks;
    }

    private void Grow()
    {
        var old = _entries;
        _entries = new Entry[old.Length == 0 ? FirstCapacity : MaxCapacity];
        _buckets = new int[_entries.Length];
        Array.Fill(_buckets, None);
        for (var position = Math.Max(0, _next - old.Length); position < _next; position++)
        {
            var slot = Slot(position);
            _entries[slot] = old[position & (old.Length - 1)];
            Link(slot);
        }
    }

    private void Link(int slot)
    {
        ref var bucket = ref _buckets[Bucket(_entries[slot].Ssrc, _entries[slot].Sequence)];
        _entries[slot].Following = bucket;
        bucket = slot;
    }

    private int Find(uint ssrc, ushort sequence)
    {
        if (_buckets.Length == 0) return None;
        var slot = _buckets[Bucket(ssrc, sequence)];
        while (slot != None && (_entries[slot].Ssrc != ssrc || _entries[slot].Sequence != sequence)) slot = _entries[slot].Following;
        return slot;
    }

    private void Unlink(int slot)
    {
        ref var link = ref _buckets[Bucket(_entries[slot].Ssrc, _entries[slot].Sequence)];
        while (link != None && link != slot) link = ref _entries[link].Following;
        if (link == slot) link = _entries[slot].Following;
    }

    // Consecutive numbers of one stream fall into different buckets; the streams are spread by the multiplication.
    private int Bucket(uint ssrc, ushort sequence) => (int)(unchecked((ssrc * 2654435769u >> 16) + sequence) & (uint)(_buckets.Length - 1));

    private struct Entry
    {
        public long SentTicks;
        public long ArrivedTicks;
        public uint Ssrc;
        public int Following;
        public int Cluster;
        public ushort Sequence;
        public ushort Bytes;
        public State State;
        public bool IsAgain;
    }
}
