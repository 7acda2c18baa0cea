using Microsoft.Extensions.Logging;
using Parley.Conference.Bots;

namespace Parley.App.Load;

/// <summary>Fills meetings with bots, one join after another at the pace of the plan, lets them stay, and sums up what they saw. Stops by itself.</summary>
internal sealed class LoadRun(LoadPlan plan, ILoggerFactory loggers, ServerMeter meter)
{
    /// <summary>Runs to the end, or until it is cancelled; then the report covers what there was.</summary>
    public async Task<LoadReport> RunAsync(CancellationToken cancellation)
    {
        var before = await meter.ReadAsync();
        var meetings = Enumerable.Range(0, plan.Meetings)
            .Select(m => new BotGroup(
                [.. Enumerable.Range(0, Math.Min(plan.MeetingSize, plan.Participants - (m * plan.MeetingSize))).Select(s => plan.Bot(m, s))],
                Product.Name, loggers, plan.Impairment))
            .ToList();
        try
        {
            // Each meeting is filled at its share of the pace, a little after the one before, so that joins are spread evenly over the ramp.
            var interval = TimeSpan.FromSeconds(plan.Meetings / plan.Ramp);
            var runs = meetings
                .Select((group, m) => group.RunAsync(TimeSpan.FromSeconds(m / plan.Ramp), interval, plan.WholeDuration, announce: false, cancellation))
                .ToArray();
            ServerUse? full = null;
            try
            {
                await Task.Delay(plan.WholeDuration - plan.Duration, cancellation);
                full = await meter.ReadAsync();
                await Task.Delay(plan.Duration - TimeSpan.FromMilliseconds(500), cancellation);
            }
            catch (OperationCanceledException)
            {
                // Asked to stop: what there is, is reported.
            }
            var end = await meter.ReadAsync();
            await Task.WhenAll(runs);
            var bots = new List<(BotReport, BotSamples)>();
            foreach (var meeting in meetings) bots.AddRange(await meeting.AskAllAsync(b => (b.ToReport(), b.ToSamples())));
            return LoadReport.Of(plan, bots, before, full, end);
        }
        finally
        {
            foreach (var meeting in meetings) await meeting.DisposeAsync();
        }
    }
}
