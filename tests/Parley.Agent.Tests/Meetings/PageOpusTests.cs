using Parley.Agent.Meetings;
using Parley.Media.Audio;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;

namespace Parley.Agent.Tests.Meetings;

public sealed class PageOpusTests
{
    private static readonly byte[] Payload = [30 << 3, 1, 2];
    private readonly PageOpus _opus = new(() => null);

    [Fact]
    public void FrameWithAPayload_GoesOutAsOpus_AndTheNextWithoutOneAsL16()
    {
        using var coding = new AudioCoding(_opus, 5);
        var quality = new AudioQuality(AudioProfile.Opus, 48_000, 0);
        var payload = new byte[AudioDecoding.MaxPayload];
        _opus.SetNext(Payload);
        Assert.Equal(3, coding.Encode(quality, new short[480], payload, out var type));
        Assert.Equal(PayloadType.Opus, type);
        Assert.Equal(Payload, payload[..3]);
        Assert.Equal(960, coding.Encode(quality, new short[480], payload, out type));
        Assert.Equal(PayloadType.L16At48Khz, type);
    }

    [Fact]
    public void WhetherThereIsOpus_IsForThePageToSay()
    {
        Assert.False(_opus.HasOpus);
        _opus.SetPage(hasOpus: true);
        Assert.True(_opus.HasOpus);
        _opus.SetPage(hasOpus: false);
        Assert.False(_opus.HasOpus);
        // Nothing is decoded here, and without a page nothing comes back; that is no reason to fail.
        Assert.Null(_opus.CreateOpusDecoder());
        ((IAudioCodecs)_opus).RemoteDecoder!.Submit(default, default, isTalkStart: true, Payload);
    }
}
