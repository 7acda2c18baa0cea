using System.Net;
using Microsoft.Extensions.Logging;
using Parley.Codecs;
using Parley.Conference.Bots;
using Parley.Media.Audio;
using Parley.Net;
using Parley.Transport.Impairment;

namespace Parley.App;

/// <summary>Several bots in one process and one meeting, each with a driver and an identity of its own. With a first plan that creates, the others join it.</summary>
internal sealed class BotGroup(IReadOnlyList<BotPlan> plans, string product, ILoggerFactory loggers, ImpairmentOptions? impairment) : IAsyncDisposable
{
    private readonly List<Member> _members = [];
    private readonly IAudioCodecs _codecs = AudioCodecs.Choose();

    private sealed record Member(Bot Bot, ShardLoop Loop, Identity Identity);

    /// <summary>Several bots of one plan, told apart by a number behind the name, by colours and by tones.</summary>
    public static IReadOnlyList<BotPlan> Alike(BotPlan plan, IReadOnlyList<double> tones, int count) => [.. Enumerable.Range(0, count).Select(i =>
    {
        var its = tones.Count > 0 ? plan with { ToneHz = tones[i % tones.Count] } : plan;
        return count == 1 ? its : its with { Join = its.Join with { Name = $"{its.Join.Name} {i + 1}" }, ColourIndex = i };
    })];

    /// <summary>Runs for a time or until everybody is out.</summary>
    /// <param name="delay">Before the first.</param>
    /// <param name="interval">From one to the next.</param>
    /// <param name="duration">The whole, from now.</param>
    /// <param name="announce">Whether to print the code of a new meeting on standard error.</param>
    /// <param name="cancellation">Ends it early.</param>
    public async Task RunAsync(TimeSpan delay, TimeSpan interval, TimeSpan duration, bool announce, CancellationToken cancellation)
    {
        var end = DateTimeOffset.UtcNow + duration;
        var code = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        // Test cards are encoded before anybody joins, or the last would come when the first has gone.
        var identities = plans.Select(_ => Identity.Create()).ToArray();
        var cameras = plans.AsParallel().AsOrdered().Select(p => new BotCamera(p)).ToArray();
        try
        {
            await Task.Delay(delay, cancellation);
            Start(plans[0], cameras[0], identities[0], found =>
            {
                if (announce && plans[0].Join.Code is null) Console.Error.WriteLine($"meeting {found}");
                code.TrySetResult(found);
            });
            if (plans.Count > 1)
            {
                var meeting = plans[0].Join.Code ?? await code.Task.WaitAsync(TimeSpan.FromSeconds(10), cancellation);
                for (var i = 1; i < plans.Count; i++)
                {
                    if (interval > TimeSpan.Zero) await Task.Delay(interval, cancellation);
                    Start(plans[i] with { ApproveAll = false, Join = plans[i].Join with { Code = meeting } }, cameras[i], identities[i], null);
                }
            }
            while (DateTimeOffset.UtcNow < end && !(await AskAllAsync(b => b.IsOver)).All(isOver => isOver))
                await Task.Delay(TimeSpan.FromMilliseconds(100), cancellation);
        }
        catch (Exception e) when (e is OperationCanceledException or TimeoutException)
        {
            // Asked to stop, or there is no meeting to join: the reports say so.
        }
        finally
        {
            // Who never started has no driver to end with.
            foreach (var identity in identities.Skip(_members.Count)) identity.Dispose();
        }
    }

    /// <summary>Asks every bot on its own driver's thread.</summary>
    public async Task<IReadOnlyList<T>> AskAllAsync<T>(Func<Bot, T> question) => await Task.WhenAll(_members.Select(m => AskAsync(m, question)));

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

    private void Start(BotPlan plan, BotCamera camera, Identity identity, Action<string>? onMeeting)
    {
        var index = _members.Count;
        var bot = new Bot(plan, camera, product, identity.KeyHash, SystemRandom.Shared, onMeeting, AeadCiphers.Choose(), _codecs);
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

    private static Task<T> AskAsync<T>(Member member, Func<Bot, T> question)
    {
        var answer = new TaskCompletionSource<T>(TaskCreationOptions.RunContinuationsAsynchronously);
        if (!member.Loop.Post(_ => answer.TrySetResult(question(member.Bot)))) answer.TrySetResult(question(member.Bot));
        return answer.Task;
    }
}
