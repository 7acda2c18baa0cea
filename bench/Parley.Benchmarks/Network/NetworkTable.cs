using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using Parley.Codecs;
using Parley.Media.Audio;
using Parley.Protocol.Rtp;
using Parley.Scenarios.Networks;

namespace Parley.Benchmarks.Network;

/// <summary>What gets through bad networks, in virtual time: each case under some seeds, the median of each figure.</summary>
internal static class NetworkTable
{
    private const int Seeds = 3;
    private const string Delay = "delay=20ms";
    private const string Queue = "queue=100ms";

    private static readonly string[] Losses = ["loss=0%", "loss=1%", "loss=2%", "loss=5%", "loss=10%", "loss=20%", "loss=5%,burst=5", "jitter=30ms", "reorder=2%"];

    private static readonly string[] Rates = ["rate=300kbit", "rate=600kbit", "rate=1500kbit"];

    private static readonly (string First, string Then)[] Steps =
    [
        ("rate=1500kbit", "rate=600kbit"), ("rate=600kbit", "rate=300kbit"), ("rate=1500kbit", "rate=300kbit"), ("rate=5mbit", "rate=500kbit"),
        ("rate=300kbit", "rate=600kbit"), ("rate=600kbit", "rate=1500kbit"), ("rate=300kbit", "rate=1500kbit"), ("rate=500kbit", "rate=5mbit"),
    ];

    /// <summary>Every case of the table, in its order.</summary>
    public static IEnumerable<NetworkCase> Cases
    {
        get
        {
            foreach (var codec in new[] { VideoCodec.Jpeg, VideoCodec.H264 })
            {
                foreach (var isUp in new[] { false, true })
                {
                    foreach (var loss in Losses) yield return new NetworkCase(codec, isUp, $"{loss},{Delay}");
                    foreach (var rate in Rates) yield return new NetworkCase(codec, isUp, $"{rate},{Delay},{Queue}") { TileHeight = 720 };
                    foreach (var (first, then) in Steps)
                        yield return new NetworkCase(codec, isUp, $"{first},{Delay},{Queue}") { Then = $"{then},{Delay},{Queue}", TileHeight = 720, Settling = TimeSpan.FromSeconds(12) };
                }
            }
        }
    }

    /// <summary>Plays every case, prints the table and writes it down.</summary>
    /// <param name="path">The results page; null for none.</param>
    /// <param name="only">Words that a row must have; none for all rows.</param>
    public static async Task<int> RunAsync(string? path, IReadOnlyList<string> only)
    {
        IAudioCodecs codecs = LibOpus.TryLoad(out var opus) ? opus : NoAudioCodecs.Instance;
        var cases = Cases.Where(c => only.All(word => NameOf(c).Contains(word, StringComparison.OrdinalIgnoreCase))).ToList();
        var rows = new string[cases.Count];
        Parallel.For(0, cases.Count, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, i =>
            rows[i] = RowOf(cases[i], [.. Enumerable.Range(1, Seeds).Select(seed => MeasuredMeeting.Play(seed, cases[i], codecs))]));
        var text = new StringBuilder();
        text.AppendLine("# Bad networks, in virtual time").AppendLine();
        text.AppendLine($"`./dev bench network`, sound by {(opus is null ? "L16" : "Opus")}, {RuntimeInformation.FrameworkDescription}: the same figures on every machine of this kind.");
        text.AppendLine("A publisher with a camera and a tone, a receiver, the server. *Down* is the receiver's way from the server, *up* the publisher's way to it.");
        text.AppendLine($"Every network has 20 ms of delay in its direction (a round trip of 20 ms) and a queue of 100 ms. {Seeds} seeds, the median of each figure.");
        text.AppendLine("Pictures are sizes of a codec. The tile has 360 rows, 720 where there is a rate. Steady networks are measured for 20 s after 5 s, steps for 20 s after 12 s on the first.").AppendLine();
        text.AppendLine("""
            - *in time*: on the screen within 200 ms of capture, of those that were sent towards the receiver. *gap*: the longest time from one picture to the next; 15 pictures a second are 67 ms apart.
            - *made up*: sound concealed at the server or the receiver. *silent*: the longest time without anything to hear.
            - *queue*: what waited at the bottleneck, on average; *then*: at most, once settled.
            - *settled*: until in no half second the queue dropped more than 2 % or held more than 75 ms. *reached*: until four fifths of the final rate passed, measured over one second.
            - *used*: what passed in the second half, headers included, and its share of the link. *changes*: of the picture's size, in that half.

            | codec | way | network | sent | in time | fps | rows | gap, ms | made up | silent, ms | queue, ms | then | settled, s | reached, s | used, kbit/s | of link | changes |
            |---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|
            """);
        foreach (var row in rows) text.AppendLine(row);
        Console.Write(text);
        if (path is null || only.Count > 0) return 0;
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        await File.WriteAllTextAsync(path, text.ToString());
        return 0;
    }

    /// <summary>Codec, way and network as the cells of a row.</summary>
    public static string NameOf(NetworkCase network)
    {
        var first = Short(network.Network);
        var name = network.Then is { } then ? $"{first} → {Short(then).Replace("rate=", "", StringComparison.Ordinal)}" : first;
        return $"{(network.Codec == VideoCodec.Jpeg ? "JPEG" : "H.264")} | {(network.IsUp ? "up" : "down")} | {name}";

        static string Short(string text) => text.Replace($",{Delay}", "", StringComparison.Ordinal).Replace($",{Queue}", "", StringComparison.Ordinal);
    }

    private static string RowOf(NetworkCase network, IReadOnlyList<NetworkOutcome> outcomes)
    {
        var (isRated, isStep) = (RateOf(network) is not null, network.Then is not null);
        return string.Create(
            CultureInfo.InvariantCulture,
            $"| {NameOf(network)} | {Of(o => o.Sent):F0} | {Of(o => 100 * o.InTime):F1} % | {Of(o => o.Fps):F1} | {Of(o => o.Height):F0} | {Of(o => o.LongestGap):F0} | {Of(o => 100 * o.Concealed):F2} % | {Of(o => o.AudioGap):F0} | {(isRated ? Text(Of(o => o.MeanQueue), "F0") : "")} | {(isRated ? Text(Of(o => o.QueueAfterSettling), "F0") : "")} | {(isRated ? Text(Of(o => o.SettledAfter), "F1") : "")} | {(isStep ? Text(Of(o => o.UsedAfter), "F1") : "")} | {Of(o => o.Used / 1000):F0} | {(RateOf(network) is { } rate ? Text(Of(o => 100 * o.Used / rate), "F0") + " %" : "")} | {Of(o => o.Changes):F0} |");

        double Of(Func<NetworkOutcome, double> figure)
        {
            var values = outcomes.Select(figure).Order().ToList();
            return values[values.Count / 2];
        }
    }

    private static string Text(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);

    private static long? RateOf(NetworkCase network) =>
        Transport.Impairment.ImpairmentOptions.TryParse(network.Last, out var options, out _) && options.Rate > 0 ? options.Rate : null;
}
