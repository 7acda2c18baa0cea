using Parley.Conference.Audio;
using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Tests.Audio;

public sealed class RemoteDecodingTests : IRemoteAudioDecoder
{
    private const byte OneFrame = 30 << 3;
    private readonly List<(ushort Sequence, uint Timestamp, bool IsTalkStart, byte Content)> _submitted = [];
    private readonly RemoteDecoding _decoding;

    public RemoteDecodingTests() => _decoding = new RemoteDecoding(this);

    [Fact]
    public void Payloads_go_there_once_with_the_numbers_of_their_packet()
    {
        Assert.Equal(DropReason.None, Receive(65_535, marker: true));
        Assert.Equal(DropReason.None, Receive(0));
        Assert.Equal(DropReason.Duplicate, Receive(65_535));
        Assert.Equal(DropReason.Duplicate, Receive(0));
        Assert.Equal([(65_535, 65_535 * 480u, true, 255), (0, 0u, false, 0)], _submitted);
    }

    [Fact]
    public void What_a_packet_brings_again_goes_before_it_if_it_was_missing()
    {
        Receive(10);
        // 11 is lost, 10 comes again.
        Assert.Equal(DropReason.None, _decoding.Receive(Header(12, PayloadType.Red), Redundant(10, 11, 12)));
        Assert.Equal([10, 11, 12], _submitted.Select(s => (int)s.Sequence));
        Assert.Equal([10u * 480, 11 * 480, 12 * 480], _submitted.Select(s => s.Timestamp));
        Assert.Equal([10, 11, 12], _submitted.Select(s => (int)s.Content));
        // Its own packet comes after all.
        Assert.Equal(DropReason.Duplicate, Receive(11));
    }

    [Fact]
    public void A_packet_that_was_overtaken_goes_there_late_and_a_stream_may_begin_anew()
    {
        Receive(100);
        Receive(103);
        Receive(101);
        Receive(30_000);
        Receive(30_001);
        Receive(30_000);
        Assert.Equal([100, 103, 101, 30_000, 30_001], _submitted.Select(s => (int)s.Sequence));
    }

    [Fact]
    public void What_is_no_frame_of_ten_milliseconds_goes_nowhere()
    {
        Assert.Equal(DropReason.Malformed, _decoding.Receive(Header(1, PayloadType.Opus), []));
        Assert.Equal(DropReason.Malformed, _decoding.Receive(Header(1, PayloadType.Opus), [OneFrame | 1, 0]));
        Assert.Equal(DropReason.Malformed, _decoding.Receive(Header(1, PayloadType.Red), [0xE2, 0, 0, 9, 98, OneFrame]));
        Assert.Empty(_submitted);
        // And is not remembered either.
        Assert.Equal(DropReason.None, Receive(1));
    }

    void IRemoteAudioDecoder.Submit(SequenceNumber sequence, RtpTimestamp timestamp, bool isTalkStart, ReadOnlySpan<byte> payload) =>
        _submitted.Add((sequence.Value, timestamp.Value, isTalkStart, payload[1]));

    private DropReason Receive(ushort sequence, bool marker = false) =>
        _decoding.Receive(Header(sequence, PayloadType.Opus) with { Marker = marker }, [OneFrame, (byte)sequence]);

    private static RtpHeader Header(ushort sequence, PayloadType type) =>
        new(type, false, new SequenceNumber(sequence), new RtpTimestamp(sequence * 480u), new Ssrc(1), 0, 12, 0);

    private static byte[] Redundant(params byte[] contents)
    {
        var payload = new byte[100];
        var length = 0;
        for (var i = 0; i < contents.Length - 1; i++)
            length += RedundantAudio.WriteOlder(payload.AsSpan(length), PayloadType.Opus, (contents.Length - 1 - i) * 480, 2);
        length += RedundantAudio.WriteNewest(payload.AsSpan(length), PayloadType.Opus);
        foreach (var content in contents)
        {
            payload[length++] = OneFrame;
            payload[length++] = content;
        }
        return payload[..length];
    }
}
