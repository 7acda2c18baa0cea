using Parley.Agent.Statistics;
using Parley.Protocol.Control;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Protocol.Ui;
using Parley.Transport;

namespace Parley.Agent.Tests.Statistics;

public sealed class StatsRecorderTests
{
    private static readonly ParticipantState[] People =
    [
        new("anna", "Anna", ParticipantRole.Host, Presence.Present, DeviceState.On, DeviceState.On, 10, 11),
        new("ben", "Ben", ParticipantRole.Participant, Presence.Present, DeviceState.On, DeviceState.On, 20, 21),
    ];

    private static readonly PeerStats Network = new()
    {
        RoundTrip = TimeSpan.FromMilliseconds(40),
        LastRoundTrip = TimeSpan.FromMilliseconds(44),
        LossSent = 0.01,
        LossReceived = 0.02,
        TargetRate = 3_000_000,
        JitterSent = TimeSpan.FromMilliseconds(3),
        JitterReceived = TimeSpan.FromMilliseconds(4),
    };

    private readonly StatsRecorder _recorder = new();

    [Fact]
    public void EverySecond_IsKept_ForTenMinutes()
    {
        for (var i = 0; i < 700; i++) _recorder.Add(Second(i), null, People, "anna");
        var history = _recorder.History();
        Assert.Equal(600, history.Count);
        Assert.Equal(Enumerable.Range(100, 600).Select(i => i * 1000.0), history.Select(s => s.At));
        _recorder.Clear();
        Assert.Empty(_recorder.History());
        _recorder.Add(Second(1), null, People, "anna");
        Assert.Single(_recorder.History());
    }

    [Fact]
    public void Sample_SaysWhatWasMeasured()
    {
        var sample = _recorder.Add(Second(1), Page(), People, "anna");
        Assert.Equal((44, 0.01, 0.02, 3, 4), (sample.RttMs!.Value, sample.LossUp!.Value, sample.LossDown!.Value, sample.JitterUpMs!.Value, sample.JitterDownMs!.Value));
        Assert.Equal((15, 12, 2e6, 1e6, 30), (sample.FpsSent, sample.FpsReceived, sample.BitrateUp, sample.BitrateDown, sample.ConcealedMs));
        Assert.Equal(3e6, sample.TargetUp);
        Assert.Equal(new UiLatency(4, 10, 44, 25, 31, 38), sample.Latency);
    }

    [Fact]
    public void WhatWasNotMeasured_IsNull_AndNotZero()
    {
        var nothing = _recorder.Add(
            new MeetingSecond(new Instant(0), null, null, 0, 0, TimeSpan.Zero, TimeSpan.Zero, null, null, false, [], []), null, People, "anna");
        Assert.Equal(new UiLatency(null, 10, null, null, null, null), nothing.Latency);
        foreach (var sample in new[] { nothing, _recorder.Add(Second(1) with { Silence = TimeSpan.FromSeconds(3) }, null, People, "anna") })
        {
            Assert.Null(sample.RttMs);
            Assert.Null(sample.LossUp);
            Assert.Null(sample.LossDown);
            Assert.Null(sample.JitterUpMs);
            Assert.Null(sample.JitterDownMs);
            Assert.Null(sample.CongestionWindow);
            Assert.Null(sample.Latency.Network);
        }
    }

    [Fact]
    public void EachPerson_HasTheOwnNumbers_AndOneselfWhatOneSends()
    {
        var people = _recorder.Add(Second(1), Page(), People, "anna").People;
        Assert.Equal(
            [
                new UiPersonStats("anna", VideoCodec.Vp9, 640, 360, 15, 550_000, 0, 0, null),
                new UiPersonStats("ben", VideoCodec.H264, 1280, 720, 12, 900_000, 3, 200, 95),
            ],
            people);
    }

    [Fact]
    public void Latency_IsToTheScreenWhereThePageTells_ElseToTheAgent() =>
        Assert.Equal(70, _recorder.Add(Second(1), null, People, "anna").People[1].LatencyMs);

    [Fact]
    public void TracksOfWhoeverLeft_AreLeftOut() => Assert.Equal(["anna"], _recorder.Add(Second(1), null, People[..1], "anna").People.Select(p => p.Id));

    private static MeetingSecond Second(int second) => new(
        Instant.FromMilliseconds(second * 1000), Network, 5_000_000, 2e6, 1e6, TimeSpan.Zero, TimeSpan.FromMilliseconds(30), TimeSpan.FromMilliseconds(25),
        TimeSpan.FromMilliseconds(31), IsEncoderOverloaded: false,
        [
            new PicturesSecond(0, VideoCodec.Vp9, 640, 360, 15, 500_000, 0, TimeSpan.Zero, null),
            new PicturesSecond(1, VideoCodec.Vp9, 256, 144, 15, 50_000, 0, TimeSpan.Zero, null),
        ],
        [new PicturesSecond(21, VideoCodec.H264, 1280, 720, 12, 900_000, 3, TimeSpan.FromMilliseconds(200), TimeSpan.FromMilliseconds(70))]);

    private static UiPageStats Page() => new(30, 15, 5, 0, CaptureMs: 4, RingMs: 28, OutputMs: 10, [new UiTrackShown(21, 12, 95)]);
}
