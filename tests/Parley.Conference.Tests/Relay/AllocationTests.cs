using Parley.Conference.Tests.Support;
using Parley.Protocol.Control;
using Parley.Protocol.Ui;
using Parley.Transport.Congestion;

namespace Parley.Conference.Tests.Relay;

/// <summary>The budget of the media path: in steady state no packet that is relayed or mixed costs an allocation.</summary>
public sealed class AllocationTests
{
    private const int Warmup = 1_000;
    private const int Measured = 4_000;

    [Fact]
    public void Relaying_a_video_packet_to_seven_people_allocates_nothing()
    {
        var server = NewServer();
        var people = Meeting(server, 8);
        foreach (var viewer in people) viewer.Forget();
        var datagrams = Enumerable.Range(0, (Warmup + Measured) / 10).SelectMany(_ => people[0].NextPicture(10)).ToList();

        var sent = Feed(server, datagrams, people[0], TimeSpan.FromMilliseconds(1), out var bytes);

        Assert.True(sent >= Measured * 7, $"{sent} datagrams were sent");
        Assert.True(bytes == 0, $"{bytes} bytes for {Measured} packets to seven people");
    }

    [Fact]
    public void Mixing_two_voices_for_eight_people_allocates_nothing()
    {
        var server = NewServer();
        var people = Meeting(server, 8);
        var datagrams = Enumerable.Range(0, (Warmup + Measured) / 2)
            .SelectMany(i => new[] { (people[0], people[0].NextAudio(isMarked: i == 0)), (people[1], people[1].NextAudio(isMarked: i == 0)) }).ToList();

        var sent = Feed(server, datagrams.ConvertAll(d => d.Item2), people[0], TimeSpan.FromMilliseconds(5), out var bytes);

        Assert.True(sent >= Measured / 2 * 8 * 0.95, $"{sent} datagrams were sent");
        Assert.True(bytes == 0, $"{bytes} bytes for {Measured} packets");
    }

    [Fact]
    public void What_is_replayed_or_nobodys_is_dropped_without_an_allocation()
    {
        // What has a wrong tag is not here: the framework reports it by an exception of some 300 bytes.
        var server = NewServer();
        var people = Meeting(server, 3);
        var old = people[0].NextAudio();
        server.ReceiveDatagram(people[0].MediaAddress, [.. old]);
        var datagrams = Enumerable.Range(0, Warmup + Measured).Select(i =>
        {
            var datagram = (byte[])old.Clone();
            if (i % 2 == 0) datagram[9] ^= 0x55;
            return datagram;
        }).ToList();

        Feed(server, datagrams, people[0], TimeSpan.FromMilliseconds(1), out var bytes);
        Assert.True(bytes == 0, $"{bytes} bytes for {Measured} packets");
    }

    /// <summary>Nobody is away, however long a measurement lasts, and the network bears what it bears.</summary>
    private static TestServer NewServer() =>
        new(TestServer.Options with { AwayAfter = TimeSpan.FromHours(1), Congestion = CongestionOptions.Fixed(50_000_000) });

    private static List<TestClient> Meeting(TestServer server, int count)
    {
        var host = server.Host();
        var people = new List<TestClient> { host };
        for (var i = 1; i < count; i++) people.Add(server.Guest(host, $"P{i}"));
        foreach (var person in people)
        {
            person.Send(new SetMedia(DeviceState.On, DeviceState.On));
            person.Report();
        }
        return people;
    }

    /// <summary>Turns the server as a driver does, without looking at what it sends; counts what it allocates after the warm-up.</summary>
    private static long Feed(TestServer test, List<byte[]> datagrams, TestClient from, TimeSpan step, out long bytes)
    {
        var server = test.Server;
        var now = test.Now;
        var address = from.MediaAddress;
        long sent = 0;
        var before = 0L;
        for (var i = 0; i < datagrams.Count; i++)
        {
            if (i == Warmup)
            {
                sent = 0;
                before = GC.GetAllocatedBytesForCurrentThread();
            }
            now += step;
            server.HandleDatagram(now, address, datagrams[i]);
            if (server.NextTimeout.At <= now) server.HandleTimeout(now);
            server.Flush(now);
            foreach (var run in server.Datagrams.Runs) sent += run.Count;
            server.Datagrams.Clear();
            while (server.PollChannelAction(out _))
            {
                // Nobody listens to control here.
            }
        }
        bytes = GC.GetAllocatedBytesForCurrentThread() - before;
        return sent;
    }
}
