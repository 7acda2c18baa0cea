using System.Collections.Concurrent;
using System.Diagnostics;
using Parley.Protocol.Control;

namespace Parley.EndToEnd.Programs;

/// <summary>Makes a meeting of its own and writes lines into it, as fast as a server takes them or one at a time, until the server is gone.</summary>
internal sealed class ChattingClient : IDisposable
{
    private readonly HandmadeClient _client;
    private readonly string _name;
    private readonly ConcurrentDictionary<string, long> _sentAt = new(StringComparer.Ordinal);

    private ChattingClient(HandmadeClient client, string name, string meeting)
    {
        _client = client;
        _name = name;
        Meeting = meeting;
    }

    /// <summary>The meeting's id.</summary>
    public string Meeting { get; }

    /// <summary>Texts that came back from the server, in the order in which they were shown.</summary>
    public ConcurrentQueue<string> Shown { get; } = [];

    /// <summary>Why lines did not come back.</summary>
    public ConcurrentQueue<RejectReason> Refused { get; } = [];

    /// <summary>From sending a line to its coming back, in milliseconds.</summary>
    public ConcurrentQueue<double> Delays { get; } = [];

    /// <summary>Answers to pings, which need no disk.</summary>
    public int Pongs { get; private set; }

    public static async Task<ChattingClient> StartAsync(RunningServer server, string name)
    {
        var client = await HandmadeClient.GreetAsync(server);
        await client.SendAsync(new CreateMeeting(name, ""));
        return new ChattingClient(client, name, (await client.ReadAsync<Joined>()).Meeting.Id);
    }

    /// <summary>Reads until the server is gone.</summary>
    public async Task ListenAsync()
    {
        try
        {
            while (await _client.ReadAsync() is { } message)
            {
                if (message is ControlPong) Pongs++;
                if (message is Rejected { Verb: "chat", Reason: var reason }) Refused.Enqueue(reason);
                if (message is not ChatLinePosted { Line: { Kind: ChatLineKind.Text, Text: var text } }) continue;
                Delays.Enqueue(Stopwatch.GetElapsedTime(_sentAt[text]).TotalMilliseconds);
                Shown.Enqueue(text);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    /// <summary>Writes a line.</summary>
    public Task SayAsync(string text)
    {
        _sentAt[text] = Stopwatch.GetTimestamp();
        return _client.SendAsync(new PostChat(text, text));
    }

    /// <summary>Asks for an answer that needs no disk.</summary>
    public Task PingAsync() => _client.SendAsync(new ControlPing(1));

    /// <summary>Writes line after line, a little faster than a person may in the long run, until the server is gone.</summary>
    public async Task ChatAsync()
    {
        try
        {
            for (var i = 0; i < int.MaxValue; i++)
            {
                await SayAsync($"{_name} {i}");
                await Task.Delay(TimeSpan.FromMilliseconds(15));
            }
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException)
        {
            // The server was killed: that is what this is for.
        }
    }

    public void Dispose() => _client.Dispose();
}
