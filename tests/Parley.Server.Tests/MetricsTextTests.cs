using System.Text.RegularExpressions;
using Parley.Conference;
using Parley.Net;
using Parley.Protocol;

namespace Parley.Server.Tests;

public sealed partial class MetricsTextTests
{
    private static readonly ConferenceSnapshot Busy = new(
        2, 7, 6, 1, 9, 1000, 2000, 30_000, 40_000,
        new Dictionary<DropReason, long> { [DropReason.Replayed] = 5, [DropReason.NotAuthentic] = 1_234_567_890_123 });

    [Fact]
    public void Text_IsValidForPrometheus()
    {
        var text = MetricsText.Write(Busy, new ShardStats { DatagramsReceived = 17, EndpointErrors = 0 });
        Assert.EndsWith("\n", text, StringComparison.Ordinal);
        Assert.DoesNotContain('\r', text);
        var described = new Dictionary<string, string>(StringComparer.Ordinal);
        var samples = new HashSet<string>(StringComparer.Ordinal);
        var helped = "";
        foreach (var line in text.TrimEnd('\n').Split('\n'))
        {
            if (Help().Match(line) is { Success: true } help)
            {
                helped = help.Groups["name"].Value;
                continue;
            }
            if (Type().Match(line) is { Success: true } type)
            {
                Assert.Equal(helped, type.Groups["name"].Value);
                Assert.True(described.TryAdd(type.Groups["name"].Value, type.Groups["type"].Value), $"{line} comes twice");
                continue;
            }
            var sample = Sample().Match(line);
            Assert.True(sample.Success, $"'{line}' is neither a comment nor a sample");
            var name = sample.Groups["name"].Value;
            // All samples of a metric stand together, behind their description.
            Assert.Equal(helped, name);
            Assert.True(samples.Add(name + sample.Groups["labels"].Value), $"{line} comes twice");
            Assert.Equal(described[name] == "counter", name.EndsWith("_total", StringComparison.Ordinal));
        }
        Assert.Contains("parley_drops_total{reason=\"NotAuthentic\"}", samples);
        Assert.Equal(described.Count + Busy.Drops.Count - 1, samples.Count);
    }

    [Fact]
    public void Numbers_AreThoseOfTheSnapshotAndTheDriver()
    {
        var busy = Busy with { UnsettledRecords = 4, LostRecords = 2 };
        var lines = MetricsText.Write(busy, new ShardStats { DatagramsReceived = 17, ChannelsTooSlow = 3 }, isHistoryFailing: true, historyCommits: 99).Split('\n');
        Assert.Contains("parley_history_waiting 4", lines);
        Assert.Contains("parley_history_lost_total 2", lines);
        Assert.Contains("parley_history_failing 1", lines);
        Assert.Contains("parley_history_commits_total 99", lines);
        Assert.Contains("parley_up 1", lines);
        Assert.Contains("parley_meetings 2", lines);
        Assert.Contains("parley_participants_present 6", lines);
        Assert.Contains("parley_drops_total{reason=\"NotAuthentic\"} 1234567890123", lines);
        Assert.Contains("parley_datagrams_received_total 17", lines);
        Assert.Contains("parley_channels_too_slow_total 3", lines);
        Assert.Contains(lines, l => l.StartsWith("parley_process_resident_bytes ", StringComparison.Ordinal) && l.Length > 36);
    }

    [Fact]
    public void WithoutTheLoopsAnswer_TheDriversCountersAreStillThere()
    {
        var lines = MetricsText.Write(null, new ShardStats { EndpointErrors = 2 }).Split('\n');
        Assert.Contains("parley_up 0", lines);
        Assert.Contains("parley_endpoint_errors_total 2", lines);
        Assert.DoesNotContain(lines, l => l.StartsWith("parley_meetings", StringComparison.Ordinal));
    }

    [GeneratedRegex("^# HELP (?<name>[a-z_]+) [^\\\\]+\\.$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Help();

    [GeneratedRegex("^# TYPE (?<name>[a-z_]+) (?<type>gauge|counter)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Type();

    [GeneratedRegex("^(?<name>[a-z_]+)(?<labels>\\{[a-z]+=\"[A-Za-z]+\"\\})? [0-9]+$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Sample();
}
