using System.Buffers.Binary;
using Parley.Conference.Client;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;

namespace Parley.Agent.Web;

/// <summary>One tab and its sockets. Media sockets come and go; the control socket is the page.</summary>
internal sealed class Page(string tabId, SocketWriter control)
{
    /// <summary>Close code of a page that a newer tab replaced.</summary>
    public const int TakenOverCode = 4001;

    /// <summary>Close code of a page of another build.</summary>
    public const int WrongVersionCode = 4002;

    /// <summary>Close code of a page that did not read: "try again later" (RFC 6455, registry of close codes).</summary>
    private const int TooSlowCode = 1013;

    private const int VideoInHeader = 32;
    private const int MaxUnacknowledgedBytes = 2 * 1024 * 1024;
    private const int MaxUnacknowledgedPictures = 60;

    private readonly byte[] _videoHeader = new byte[VideoInHeader];
    private readonly byte[] _audioHeader = new byte[SoundFrame.HeaderLength];
    private readonly Queue<int> _unacknowledged = new();
    private readonly Lock _windowLock = new();
    private int _unacknowledgedBytes;
    private uint _acknowledged;
    private uint _audioSequence;
    private double _clockOffset = double.PositiveInfinity;

    /// <summary>The tab's own id.</summary>
    public string TabId { get; } = tabId;

    /// <summary>Where JSON goes.</summary>
    public SocketWriter Control { get; } = control;

    /// <summary>Where the mix goes.</summary>
    public SocketWriter? Audio { get; set; }

    /// <summary>Where pictures go.</summary>
    public SocketWriter? VideoIn { get; private set; }

    /// <summary>Where the camera's pictures come from; nothing is said there but the end.</summary>
    public SocketWriter? VideoOut { get; set; }

    /// <summary>Pictures that were not given to the page because it was behind.</summary>
    public long DroppedPictures { get; private set; }

    /// <summary>Sends an event; a page that does not read is closed and will come back for a snapshot.</summary>
    public void Send(UiEvent value)
    {
        if (!Control.TrySend(UiProtocol.Write(value), [])) Control.Close(TooSlowCode);
    }

    /// <summary>A new video-in socket starts with an empty window.</summary>
    public void AttachVideoIn(SocketWriter writer)
    {
        lock (_windowLock)
        {
            VideoIn = writer;
            _unacknowledged.Clear();
            _unacknowledgedBytes = 0;
            _acknowledged = 0;
        }
    }

    /// <summary>The page has taken this many pictures since the socket opened.</summary>
    public void Acknowledge(uint count)
    {
        lock (_windowLock)
        {
            while (_acknowledged != count && _unacknowledged.TryDequeue(out var bytes))
            {
                _unacknowledgedBytes -= bytes;
                _acknowledged++;
            }
        }
    }

    /// <summary>Gives a picture to the page unless it is behind. Called on one thread.</summary>
    /// <param name="now">Time of the call.</param>
    /// <param name="picture">The picture.</param>
    /// <param name="captured">When it was captured; null when that cannot be told.</param>
    public void SendPicture(Instant now, in ReceivedPicture picture, Instant? captured)
    {
        if (VideoIn is not { } writer) return;
        var header = _videoHeader.AsSpan();
        header[0] = (byte)picture.Codec;
        header[1] = VideoOutFrame.Flags(picture.IsKeyFrame, picture.IsDiscardable, picture.TemporalLayer);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)picture.Width);
        BinaryPrimitives.WriteUInt16LittleEndian(header[4..], (ushort)picture.Height);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], picture.Track);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], unchecked((uint)picture.FrameId));
        BinaryPrimitives.WriteDoubleLittleEndian(header[16..], ToPageTime(captured));
        BinaryPrimitives.WriteDoubleLittleEndian(header[24..], picture.PlayAt > now ? ToPageTime(picture.PlayAt) : 0);
        lock (_windowLock)
        {
            var length = VideoInHeader + picture.Data.Length;
            if (_unacknowledged.Count >= MaxUnacknowledgedPictures || _unacknowledgedBytes + length > MaxUnacknowledgedBytes
                || !writer.TrySend(header, picture.Data))
            {
                DroppedPictures++;
                return;
            }
            _unacknowledged.Enqueue(length);
            _unacknowledgedBytes += length;
        }
    }

    /// <summary>Gives 10 ms of the mix to the page; what does not fit is lost, as late sound is worth nothing. Called on one thread.</summary>
    public void SendAudio(ReadOnlySpan<short> frame, bool isTalkStart)
    {
        if (Audio is not { } writer) return;
        var header = _audioHeader.AsSpan();
        header[0] = 1;
        header[1] = (byte)(isTalkStart ? 1 : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)frame.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], _audioSequence++);
        BinaryPrimitives.WriteDoubleLittleEndian(header[8..], 0);
        writer.TrySend(header, System.Runtime.InteropServices.MemoryMarshal.AsBytes(frame));
    }

    /// <summary>Has 10 ms of Opus decoded; the samples come back as a <see cref="SoundFrame"/>. Called on one thread.</summary>
    public void SendToDecode(SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart, ReadOnlySpan<byte> payload)
    {
        if (Audio is not { } writer) return;
        var header = _audioHeader.AsSpan();
        header[0] = 3;
        header[1] = (byte)(isTalkStart ? 1 : 0);
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], (ushort)payload.Length);
        BinaryPrimitives.WriteUInt32LittleEndian(header[4..], sequence.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(header[8..], timestamp.Value);
        BinaryPrimitives.WriteUInt32LittleEndian(header[12..], 0);
        writer.TrySend(header, payload);
    }

    /// <summary>Learns the distance of the clocks from a ping: the least is the nearest, a message is never early.</summary>
    public void OnPing(double pageTime, double agentTime) => _clockOffset = Math.Min(_clockOffset, agentTime - pageTime);

    /// <summary>Agent time to page time; 0 for none, and before the first ping.</summary>
    private double ToPageTime(Instant? instant) => instant is not { } at || double.IsInfinity(_clockOffset) ? 0 : at.Milliseconds - _clockOffset;

    /// <summary>Page time to agent milliseconds; null before the first ping.</summary>
    public double? ToAgentTime(double pageTime) => double.IsInfinity(_clockOffset) || !double.IsFinite(pageTime) ? null : pageTime + _clockOffset;
}
