using System.Globalization;
using Parley.Codecs;
using Parley.Media.Audio;
using Parley.Protocol.Rtp;
using Parley.Protocol.Time;
using Parley.Scenarios.Networks;
using Parley.Simulation;

namespace Parley.Benchmarks.Network;

/// <summary>One simulated bad network, looked at five times a second: what is allowed, sent, queued and shown.</summary>
internal static class NetworkTrace
{
    private const int Every = 10;

    /// <summary>Plays and prints a case: codec, direction, network, and what it becomes.</summary>
    public static int Run(string[] arguments)
    {
        if (arguments.Length < 3 || !Enum.TryParse<VideoCodec>(arguments[0], ignoreCase: true, out var codec)) return 1;
        var options = arguments.Where(a => a.StartsWith("--", StringComparison.Ordinal)).Select(a => a[2..].Split('=', 2)).ToDictionary(p => p[0], p => p.ElementAtOrDefault(1) ?? "", StringComparer.Ordinal);
        var plain = arguments.Where(a => !a.StartsWith("--", StringComparison.Ordinal)).ToArray();
        var network = new NetworkCase(codec, plain[1] == "up", plain[2])
        {
            Then = plain.ElementAtOrDefault(3),
            TileHeight = int.Parse(options.GetValueOrDefault("tile", "720"), CultureInfo.InvariantCulture),
            Settling = TimeSpan.FromSeconds(double.Parse(options.GetValueOrDefault("settle", "5"), CultureInfo.InvariantCulture)),
            Time = TimeSpan.FromSeconds(double.Parse(options.GetValueOrDefault("time", "20"), CultureInfo.InvariantCulture)),
        };
        IAudioCodecs codecs = !options.ContainsKey("l16") && LibOpus.TryLoad(out var opus) ? opus : NoAudioCodecs.Instance;
        var simulator = new Simulator(int.Parse(options.GetValueOrDefault("seed", "1"), CultureInfo.InvariantCulture));
        using var meeting = new MeasuredMeeting(simulator, network, codecs);
        var previous = meeting.Link;
        var count = 0;
        var server = meeting.Server.Meetings[0].Seats[network.IsUp ? 0 : 1].Media!;
        meeting.OnStep = Print;
        Console.WriteLine("    t   target delivers  passed  dropped  queue believed paced | loss  | plan | asked afford choice | shown");
        var outcome = meeting.Play();
        Console.WriteLine(outcome);
        return 0;

        void Print(Instant now)
        {
            if (++count % Every != 0) return;
            var link = meeting.Link;
            var stats = network.IsUp ? meeting.Publisher.Client.Network!.Value : server.Peer.Stats;
            var plan = meeting.Publisher.Client.Encodings;
            var track = meeting.Server.Meetings[0].Seats[1].Media!.Video.Track(meeting.Server.Meetings[0].Seats[0]);
            var demand = meeting.Server.Meetings[0].Seats[0].Media!.Video.Demand;
            var passed = 8.0 * (link.DeliveredBytes - previous.DeliveredBytes + (28 * (link.Delivered - previous.Delivered))) / (Every * 0.02);
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{now.Ticks / 1e7,6:F1} {stats.TargetRate / 1000,7} {stats.SendRate / 1000,7} {passed / 1000,7:F0} {link.QueueDropped - previous.QueueDropped,4} {meeting.Queue.TotalMilliseconds,8:F0} {stats.QueueDelay.TotalMilliseconds,7:F0} {stats.PacedDelay.TotalMilliseconds,6:F0} | {stats.LossSent,5:P1} | {string.Join(" ", plan.Encodings.Select(e => $"{e.Height}p{e.FramesPerSecond} {e.Bitrate / 1000}k q{e.Quality}"))} | {demand.LargeHeight}/{demand.SmallHeight} {track.AffordableHeight} {track.Allocation.Choice} L{track.Allocation.LargeRate / 1000} | {(meeting.Receiver.ToReport().Participants is [var seen, ..] ? seen.Video?.Frames : 0)}"));
            previous = link;
        }
    }
}
