using System.Net;
using Microsoft.Extensions.Logging;
using Parley.Conference.Bots;
using Parley.Net;
using Parley.Transport.Impairment;

namespace Parley.App;

/// <summary>Several bots in one process, each with a driver and an identity of its own. With a plan that creates, the first creates and the others join.</summary>
internal sealed class BotGroup(
    BotPlan plan, IReadOnlyList<double> tones, int count, string product, ILoggerFactory loggers, ImpairmentOptions? impairment) : IAsyncDisposable
{
    private readonly List<Member> _members = [];

    private sealed record Member(Bot Bot, ShardLoop Loop, Identity Identity);

    /// <summary>Runs for a time or until everybody is out, then gives the reports.</summary>
    public async Task<IReadOnlyList<BotReport>> RunAsync(TimeSpan duration, CancellationToken cancellation)
    {
        var code = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Test cards are encoded before anybody joins, or the last would come when the first has gone.
        var identities = Enumerable.Range(0, count).Select(_ => Identity.Create()).ToArray();
        var plans = Enumerable.Range(0, count).Select(PlanOf).ToArray();
        var cameras = plans.AsParallel().AsOrdered().Select(p => new BotCamera(p)).ToArray();
        Start(plans[0], cameras[0], identities[0], found =>
        {
            if (plan.Join.Code is null) Console.Error.WriteLine($"meeting {found}");
            code.TrySetResult(found);
        });
        var end = DateTimeOffset.UtcNow + duration;
        try
        {
            if (count > 1)
            {
                var meeting = plan.Join.Code ?? await code.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellation);
                for (var i = 1; i < count; i++)
                    Start(plans[i] with { ApproveAll = false, Join = plans[i].Join with { Code = meeting } }, cameras[i], identities[i], null);
            }
            while (DateTimeOffset.UtcNow < end && !await AllOverAsync()) await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            // Asked to stop, or there is no meeting to join: the reports say so.
        }
        return await Task.WhenAll(_members.Select(m => AskAsync(m, b => b.ToReport())));
    }

    /// <inheritdoc />
    public async ValueTask DisposeAsync()
    {
        foreach (var member in _members) member.Loop.Post(member.Bot.Leave);
        await Task.WhenAll(_members.Select(m => m.Loop.StopAsync(TimeSpan.FromSeconds(1))));
        foreach (var member in _members)
        {
            await member.Loop.DisposeAsync();
            member.Bot.Dispose();
            member.Identity.Dispose();
        }
    }

    private BotPlan PlanOf(int index)
    {
        var its = tones.Count > 0 ? plan with { ToneHz = tones[index % tones.Count] } : plan;
        return count == 1 ? its : its with { Join = its.Join with { Name = $"{its.Join.Name} {index + 1}" }, ColourIndex = index };
    }

    private void Start(BotPlan itsPlan, BotCamera camera, Identity identity, Action<string>? onMeeting)
    {
        var index = _members.Count;
        var bot = new Bot(itsPlan, camera, product, identity.KeyHash, SystemRandom.Shared, onMeeting, AeadCiphers.Choose());
        var loop = new ShardLoop(
            new ShardLoopOptions
            {
                Name = $"bot-{index + 1}",
                UdpAddress = IPAddress.IPv6Any,
                Identity = identity,
                Logger = loggers.CreateLogger("net"),
                Filter = impairment is null ? null : new ImpairmentFilter(impairment with { Seed = impairment.Seed + index }),
            },
            bot);
        _members.Add(new Member(bot, loop, identity));
        loop.Start();
        loop.Post(bot.Begin);
    }

    private async Task<bool> AllOverAsync()
    {
        foreach (var member in _members)
        {
            if (!await AskAsync(member, b => b.IsOver)) return false;
        }
        return true;
    }

    private static Task<T> AskAsync<T>(Member member, Func<Bot, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!member.Loop.Post(_ => answer.TrySetResult(question(member.Bot)))) answer.TrySetResult(question(member.Bot));
        return answer.Task;
    }
}
