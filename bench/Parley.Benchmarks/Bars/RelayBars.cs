using System.Globalization;
using Parley.Benchmarks.Meetings;
using Parley.Protocol;
using Parley.Transport.Protection;

namespace Parley.Benchmarks.Bars;

/// <summary>Forwarding: our classes beside the C relay, every case once in each round, so that what disturbs the machine disturbs both.</summary>
internal static class RelayBars
{
    private const int Burst = 16;
    private static readonly int[] Receivers = [3, 9, 29];
    private static readonly TimeSpan CaseTime = TimeSpan.FromMilliseconds(80);
    private static readonly TimeSpan WarmUpTime = TimeSpan.FromMilliseconds(600);

    private sealed record Measured(double Ours, double Theirs)
    {
        public double Ratio => Ours / Theirs;
    }

    /// <summary>Measures all of them.</summary>
    public static async Task<List<BarRow>> RunAsync(int rounds)
    {
        var relay = await BaselineCompiler.CompileRelayAsync();
        var cases = (
            from burst in new[] { Burst, 1 }
            from receivers in Receivers
            from isSealed in new[] { false, true }
            from sendsRuns in new[] { false, true }
            where burst > 1 || (receivers == Receivers[^1] && !sendsRuns)
            select new RelayCase(receivers, isSealed, sendsRuns, burst)).ToList();
        using var meter = new RelayMeter(Receivers[^1]);
        var targets = new Dictionary<RelayCase, (RelayTarget Ours, RelayTarget Theirs)>();
        try
        {
            foreach (var its in cases) targets[its] = (await StartOursAsync(its, meter), await StartTheirsAsync(its, meter, relay));
            foreach (var (ours, theirs) in targets.Values)
            {
                meter.Run(ours, ours.Case.Burst, WarmUpTime);
                meter.Run(theirs, theirs.Case.Burst, CaseTime);
            }
            return await MeasureAsync(meter, cases, targets, rounds);
        }
        finally
        {
            foreach (var (ours, theirs) in targets.Values)
            {
                ours.Dispose();
                theirs.Dispose();
            }
            Directory.Delete(Path.GetDirectoryName(relay)!, recursive: true);
        }
    }

    private static async Task<List<BarRow>> MeasureAsync(
        RelayMeter meter, List<RelayCase> cases, Dictionary<RelayCase, (RelayTarget Ours, RelayTarget Theirs)> targets, int rounds)
    {
        var measured = cases.ToDictionary(c => c, _ => new List<Measured>());
        var before = new Dictionary<RelayCase, (long Allocated, int Collections)>();
        foreach (var its in cases) before[its] = await targets[its].Ours.Process.AskAsync();
        long forwards = 0;
        for (var round = 0; round < rounds; round++)
        {
            foreach (var its in cases)
            {
                // Who goes first changes, so that neither has the warmer machine.
                var theirsFirst = round % 2 == 0 ? meter.Run(targets[its].Theirs, its.Burst, CaseTime).Nanoseconds : 0;
                var ours = meter.Run(targets[its].Ours, its.Burst, CaseTime);
                var theirs = theirsFirst > 0 ? theirsFirst : meter.Run(targets[its].Theirs, its.Burst, CaseTime).Nanoseconds;
                measured[its].Add(new Measured(ours.Nanoseconds, theirs));
                forwards += ours.Forwards;
            }
        }
        long allocated = 0;
        foreach (var its in cases) allocated += (await targets[its].Ours.Process.AskAsync()).Allocated - before[its].Allocated;

        var rows = cases.Where(c => c.Burst > 1).Select(c => AgainstBaseline(c, measured[c])).ToList();
        rows.AddRange(cases.Where(c => c is { Burst: > 1, SendsRuns: true }).Select(on => OnAgainstOff(on, measured[on], measured[on with { SendsRuns = false }])));
        rows.AddRange(cases.Where(c => c.Burst == 1).Select(c => AgainstBaseline(c, measured[c])));
        rows.Add(new BarRow(
            "bytes allocated for each forwarded packet, all relays above", allocated / (double)forwards, 0.1, "0.0000",
            string.Create(CultureInfo.InvariantCulture, $"{allocated} B in {forwards} forwards")));
        return rows;
    }

    private static BarRow AgainstBaseline(RelayCase its, List<Measured> runs)
    {
        var way = its.IsSealed ? "open + seal for each" : "plain";
        var burst = its.Burst == 1 ? "one packet a wake-up" : $"bursts of {its.Burst}";
        var details = $"{Ns(runs.Select(r => r.Ours))} ns, C {Ns(runs.Select(r => r.Theirs))} ns; ratios {Spread(runs.Select(r => r.Ratio))}";
        return new BarRow(
            $"relay, {way}, N = {its.Receivers}, {burst}, GSO {(its.SendsRuns ? "on" : "off")}, against C",
            Median(runs.Select(r => r.Ratio)), its.IsSealed && its.Burst > 1 ? 1.3 : 1.25, "0.00", details);
    }

    private static BarRow OnAgainstOff(RelayCase on, List<Measured> runsOn, List<Measured> runsOff)
    {
        var ratios = runsOn.Zip(runsOff, (a, b) => a.Ours / b.Ours).ToList();
        return new BarRow(
            $"GSO on against off, {(on.IsSealed ? "sealed" : "plain")}, N = {on.Receivers}, bursts of {on.Burst}", Median(ratios), on.IsSealed ? 0.6 : 0.45, "0.00",
            $"{Ns(runsOn.Select(r => r.Ours))} ns, off {Ns(runsOff.Select(r => r.Ours))} ns; ratios {Spread(ratios)}");
    }

    private static async Task<RelayTarget> StartOursAsync(RelayCase its, RelayMeter meter)
    {
        var key = MasterKey.Create(new SeededRandom((ulong)its.Receivers));
        var process = await MeasuredProcess.StartOwnAsync(
            ["relay", its.IsSealed ? "sealed" : "plain", its.SendsRuns ? "runs" : "single", Convert.ToHexString(key.ToBytes()), .. meter.Ports(its.Receivers)]);
        return new RelayTarget(its, process, key);
    }

    private static async Task<RelayTarget> StartTheirsAsync(RelayCase its, RelayMeter meter, string relay)
    {
        var key = MasterKey.Create(new SeededRandom((ulong)its.Receivers));
        var sessionKey = new byte[MasterKey.KeyLength];
        var salt = new byte[MasterKey.SaltLength];
        KeyDerivation.Derive(key.Key, key.Salt, KeyDerivation.RtpKeyLabel, sessionKey);
        KeyDerivation.Derive(key.Key, key.Salt, KeyDerivation.RtpSaltLabel, salt);
        var process = await MeasuredProcess.StartAsync(
            relay,
            [
                its.IsSealed ? "sealed" : "plain", its.SendsRuns ? "runs" : "single", Convert.ToHexStringLower(sessionKey), Convert.ToHexStringLower(salt),
                .. meter.Ports(its.Receivers),
            ]);
        return new RelayTarget(its, process, key);
    }

    private static double Median(IEnumerable<double> values) => Measurement.At([.. values], 0.5);

    private static string Ns(IEnumerable<double> values) => Median(values).ToString("0", CultureInfo.InvariantCulture);

    private static string Spread(IEnumerable<double> values)
    {
        var all = values.ToList();
        return string.Create(CultureInfo.InvariantCulture, $"{all.Min():0.00} to {all.Max():0.00}");
    }
}
