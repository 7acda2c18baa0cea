using Parley.Conference.Client;
using Parley.Media.Video;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;

namespace Parley.Conference.Tests.Client;

public sealed class ReferenceChainTests
{
    private readonly ReferenceChain _chain = new();

    [Fact]
    public void Decoding_begins_with_a_key_frame_and_breaks_at_a_gap_until_the_next()
    {
        Assert.False(Next(FrameFlags.None));
        Assert.True(Next(FrameFlags.KeyFrame));
        Assert.True(Next(FrameFlags.None));
        Assert.False(Next(FrameFlags.None, missing: 1));
        Assert.False(Next(FrameFlags.None));
        Assert.True(Next(FrameFlags.KeyFrame));
        Assert.True(Next(FrameFlags.KeyFrame, missing: 5)); // a key frame needs nothing
        Assert.True(Next(FrameFlags.None));
    }

    [Fact]
    public void A_missing_picture_of_the_upper_layer_breaks_nothing()
    {
        Next(FrameFlags.KeyFrame);
        Assert.True(Next(FrameFlags.Discardable));
        Assert.True(Next(FrameFlags.None));
        Assert.True(Next(FrameFlags.None, missing: 1)); // the discardable one between two of the lower layer
        Assert.False(Next(FrameFlags.Discardable, missing: 1)); // this time one of the lower layer
    }

    [Fact]
    public void Every_jpeg_stands_alone_and_another_codec_begins_with_a_key_frame()
    {
        Assert.True(Next(FrameFlags.KeyFrame, missing: 3, type: PayloadType.Jpeg));
        Assert.False(Next(FrameFlags.None));
        Assert.True(Next(FrameFlags.KeyFrame));
        Assert.False(Next(FrameFlags.None, type: PayloadType.Vp8));
    }

    [Fact]
    public void A_key_frame_is_asked_for_again_and_again_but_not_too_often()
    {
        Next(FrameFlags.KeyFrame);
        Assert.False(_chain.TryTakeRequest(At(0)));
        Next(FrameFlags.None, missing: 2);
        Assert.True(_chain.TryTakeRequest(At(10)));
        Assert.False(_chain.TryTakeRequest(At(300)));
        Assert.True(_chain.TryTakeRequest(At(310)));
        Next(FrameFlags.KeyFrame);
        Assert.False(_chain.TryTakeRequest(At(1_000)));
    }

    private static Instant At(double ms) => Instant.FromMilliseconds(ms);

    private bool Next(FrameFlags flags, long missing = 0, PayloadType type = PayloadType.H264) =>
        _chain.TryContinue(new AssembledFrame(0, default, (byte)type, 640, 360, flags, 0, [], 0), missing);
}
