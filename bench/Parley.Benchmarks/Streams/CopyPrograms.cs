using System.Globalization;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography.X509Certificates;
using Parley.Net;
using Parley.Protocol.Addressing;
using Parley.Transport.Impairment;

namespace Parley.Benchmarks.Streams;

/// <summary>
/// The ends of a copy, each in a process of its own: <c>child copy stream|tls|tcp receive ADDRESS</c>, <c>child copy stream|tls|tcp send ADDRESS PORT</c>, with an
/// impairment for the stream if there is one.
/// </summary>
/// <remarks>"go" and "stop" begin and end writing; every line is answered with the bytes allocated, the gen-0 collections and the bytes that were copied.</remarks>
internal static class CopyPrograms
{
    private const int PieceLength = 256 * 1024;

    /// <summary>Runs one.</summary>
    public static async Task<int> RunAsync(string[] arguments)
    {
        switch (arguments)
        {
            case ["stream", "receive", var own]: return await StreamAsync(false, IPAddress.Parse(own), default, "");
            case ["stream", "send", var address, var port, .. var network]:
                return await StreamAsync(true, IPAddress.Any, TransportAddress.From(IPAddress.Parse(address), Number(port)), network.FirstOrDefault() ?? "");
            case ["tls" or "tcp", "receive", var own]: return await ReceiveAsync(arguments[0] == "tls", IPAddress.Parse(own));
            case ["tls" or "tcp", "send", var address, var port]: return await SendAsync(arguments[0] == "tls", IPAddress.Parse(address), Number(port));
            default: return 1;
        }
    }

    private static async Task<int> StreamAsync(bool isSender, IPAddress own, TransportAddress to, string network)
    {
        using var identity = Identity.Create();
        using var endpoint = new StreamEndpoint(isSender, to, AeadCiphers.Choose());
        ImpairmentOptions? impairment = null;
        if (network.Length > 0 && !ImpairmentOptions.TryParse(network, out impairment, out var error)) throw new InvalidOperationException(error);
        await using var loop = new ShardLoop(
            new ShardLoopOptions { UdpAddress = own, Identity = identity, Filter = impairment is null ? null : new ImpairmentFilter(impairment) }, endpoint);
        loop.Start();
        await AnswerAsync(loop.LocalUdp.Port, line => loop.Post(now => endpoint.Go(now, line == "go")), () => endpoint.Moved);
        return 0;
    }

    private static async Task<int> ReceiveAsync(bool isTls, IPAddress own)
    {
        using var identity = Identity.Create();
        using var listener = new TcpListener(own, 0);
        listener.Start();
        var moved = 0L;
        var receiving = Task.Run(async () =>
        {
            using var client = await listener.AcceptTcpClientAsync();
            await using Stream stream = isTls ? new SslStream(client.GetStream()) : client.GetStream();
            if (stream is SslStream tls) await tls.AuthenticateAsServerAsync(identity.Certificate, false, SslProtocols.None, false);
            var piece = new byte[PieceLength];
            for (var count = await stream.ReadAsync(piece); count > 0; count = await stream.ReadAsync(piece)) Interlocked.Add(ref moved, count);
        });
        await AnswerAsync(((IPEndPoint)listener.LocalEndpoint).Port, static _ => { }, () => Interlocked.Read(ref moved));
        await Task.WhenAny(receiving, Task.Delay(100));
        return 0;
    }

    private static async Task<int> SendAsync(bool isTls, IPAddress address, int port)
    {
        using var client = new TcpClient();
        await client.ConnectAsync(address, port);
        await using Stream stream = isTls ? new SslStream(client.GetStream(), false, Accept) : client.GetStream();
        if (stream is SslStream tls) await tls.AuthenticateAsClientAsync("parley");
        var moved = 0L;
        using var gate = new ManualResetEventSlim(false);
        var isEnding = false;
        var sending = new Thread(() =>
        {
            var piece = new byte[PieceLength];
            while (true)
            {
                gate.Wait();
                if (Volatile.Read(ref isEnding)) return;
                stream.Write(piece);
                Interlocked.Add(ref moved, piece.Length);
            }
        })
        {
            IsBackground = true,
        };
        sending.Start();
        await AnswerAsync(port, line => SetGate(line == "go"), () => Interlocked.Read(ref moved));
        Volatile.Write(ref isEnding, true);
        gate.Set();
        sending.Join(1000);
        return 0;

        void SetGate(bool isOpen)
        {
            if (isOpen) gate.Set();
            else gate.Reset();
        }

        static bool Accept(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is not null;
    }

    private static async Task AnswerAsync(int port, Action<string> act, Func<long> moved)
    {
        await Console.Out.WriteLineAsync($"ready {port.ToString(CultureInfo.InvariantCulture)}");
        while (await Console.In.ReadLineAsync() is { } line)
        {
            if (line.Length > 0) act(line);
            await Console.Out.WriteLineAsync(string.Create(
                CultureInfo.InvariantCulture, $"{GC.GetTotalAllocatedBytes(precise: true)} {GC.CollectionCount(0)} {moved()}"));
        }
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
