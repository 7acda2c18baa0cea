using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Media.Audio;

/// <summary>Waiting payloads of a stream, a frame each, found by their sequence number.</summary>
/// <remarks>Numbers are extended over wrap-around. A slot remembers its last number after the frame was taken, which tells a duplicate from a late frame.</remarks>
internal sealed class FrameRing(int capacity)
{
    private readonly byte[] _payloads = new byte[capacity * AudioDecoding.MaxPayload];
    private readonly Entry[] _entries = new Entry[capacity];
    private readonly int _mask = capacity - 1;

    /// <summary>Most frames held.</summary>
    public int Capacity => capacity;

    /// <summary>Frames waiting.</summary>
    public int Count { get; private set; }

    public bool Contains(long sequence) => At(sequence) is { IsWaiting: true } entry && entry.Sequence == sequence;

    /// <summary>Whether this number is remembered, waiting or taken.</summary>
    public bool WasSeen(long sequence) => At(sequence) is { IsKnown: true } entry && entry.Sequence == sequence;

    public long TimestampOf(long sequence) => At(sequence).Timestamp;

    public Instant ArrivalOf(long sequence) => At(sequence).Arrival;

    public PayloadType TypeOf(long sequence) => At(sequence).Type;

    /// <summary>The payload of a waiting frame. It is gone when its slot is used again.</summary>
    public ReadOnlySpan<byte> PayloadOf(long sequence) => Slot(sequence)[..At(sequence).Length];

    /// <summary>The caller has made sure that the slot is free.</summary>
    public void Put(Instant now, long sequence, long timestamp, PayloadType type, ReadOnlySpan<byte> payload)
    {
        At(sequence) = new Entry
        {
            Sequence = sequence,
            Timestamp = timestamp,
            Arrival = now,
            Type = type,
            Length = payload.Length,
            IsKnown = true,
            IsWaiting = true,
        };
        payload.CopyTo(Slot(sequence));
        Count++;
    }

    /// <summary>A waiting frame no longer waits; its payload can still be read.</summary>
    public void Remove(long sequence)
    {
        At(sequence).IsWaiting = false;
        Count--;
    }

    public void Clear()
    {
        _entries.AsSpan().Clear();
        Count = 0;
    }

    private ref Entry At(long sequence) => ref _entries[(int)(sequence & _mask)];

    private Span<byte> Slot(long sequence) => _payloads.AsSpan((int)(sequence & _mask) * AudioDecoding.MaxPayload, AudioDecoding.MaxPayload);

    private struct Entry
    {
        public long Sequence;
        public long Timestamp;
        public Instant Arrival;
        public PayloadType Type;
        public int Length;
        public bool IsKnown;
        public bool IsWaiting;
    }
}
