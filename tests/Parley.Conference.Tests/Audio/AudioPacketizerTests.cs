using Parley.Conference.Audio;
using Parley.Conference.Tests.Support;
using Parley.Media.Audio;
using Parley.Protocol;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;

namespace Parley.Conference.Tests.Audio;

public sealed class AudioPacketizerTests
{
    private static readonly AudioQuality Opus = new(AudioProfile.Opus, 24_000, 0);
    private static readonly AudioQuality Narrow = new(AudioProfile.L16At16Khz, 0, 0);
    private static readonly AudioQuality Wide = new(AudioProfile.L16At48Khz, 0, 0);

    private readonly AudioPacketizer _packetizer = new(new CountingCodecs(), 5);
    private long _mediaTime = 48_000;

    [Fact]
    public void Each_payload_carries_those_before_it_as_far_as_there_are_any()
    {
        Encode(Opus, 1);
        Assert.Equal([1], Samples(2));
        Encode(Opus, 2);
        Assert.Equal([1, 2], Samples(2));
        Encode(Opus, 3);
        Encode(Opus, 4);
        Assert.Equal([2, 3, 4], Samples(2));
        Assert.Equal([3, 4], Samples(1));
        Assert.Equal([4], Samples(0));
        // Several receivers of one frame get the same.
        Assert.Equal([2, 3, 4], Samples(2));
    }

    [Fact]
    public void After_a_gap_or_a_reset_a_payload_stands_alone()
    {
        Encode(Opus, 1);
        _mediaTime += 480;
        Encode(Opus, 2);
        Assert.Equal([2], Samples(2));
        Encode(Opus, 3);
        _packetizer.Reset();
        Encode(Opus, 4);
        Assert.Equal([4], Samples(2));
    }

    [Fact]
    public void What_does_not_fit_a_datagram_is_left_out()
    {
        for (var i = 0; i < 3; i++) Encode(Wide, 1);
        Assert.Equal(960, _packetizer.Payload(2, out var type).Length);
        Assert.Equal(PayloadType.L16At48Khz, type);
        for (var i = 0; i < 3; i++) Encode(Narrow, 1);
        var payload = _packetizer.Payload(2, out type);
        Assert.Equal((PayloadType.Red, 9 + (3 * 320)), (type, payload.Length));
        Assert.InRange(AudioPacketizer.MaxHeader + payload.Length + Limits.AuthenticationTag, 0, Limits.MaxDatagram);
    }

    [Fact]
    public void A_change_of_form_goes_through_the_older_payloads()
    {
        Encode(Narrow, 1);
        Encode(Opus, 2);
        var payload = _packetizer.Payload(1, out _);
        Assert.True(RedundantAudio.TryParse(payload, out var red));
        Assert.Equal((PayloadType.L16At16Khz, 480), (red[0].Type, red[0].TimestampOffset));
        Assert.Equal(PayloadType.Opus, red[1].Type);
    }

    private void Encode(in AudioQuality quality, short sample)
    {
        Assert.True(_packetizer.Encode(_mediaTime, quality, Enumerable.Repeat(sample, 480).ToArray()));
        _mediaTime += 480;
    }

    private List<int> Samples(int older)
    {
        var payload = _packetizer.Payload(older, out var type);
        if (type == PayloadType.Opus) return [payload[2]];
        Assert.True(RedundantAudio.TryParse(payload, out var red));
        var samples = new List<int>();
        for (var i = 0; i < red.Count; i++)
        {
            Assert.Equal((red.Count - 1 - i) * 480, red[i].TimestampOffset);
            samples.Add(red[i].Data[2]);
        }
        return samples;
    }
}
