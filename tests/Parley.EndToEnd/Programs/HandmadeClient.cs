using System.Buffers.Binary;
using System.Buffers.Text;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Parley.Protocol.Control;

namespace Parley.EndToEnd.Programs;

/// <summary>A control connection spoken by hand (docs/protocol/control.md), to say what our own client never would.</summary>
internal sealed class HandmadeClient : IDisposable
{
    public const byte Json = 1;
    public const byte Binary = 2;

    private readonly TcpClient _tcp;
    private readonly SslStream _tls;

    private HandmadeClient(TcpClient tcp, SslStream tls)
    {
        _tcp = tcp;
        _tls = tls;
    }

    /// <summary>A bare TCP connection.</summary>
    public static async Task<TcpClient> ConnectTcpAsync(RunningServer server)
    {
        var tcp = new TcpClient(AddressFamily.InterNetwork) { NoDelay = true };
        await tcp.ConnectAsync(IPAddress.Loopback, server.Tcp.Port).Within();
        return tcp;
    }

    /// <summary>With TLS, and nothing said yet.</summary>
    public static async Task<HandmadeClient> ConnectAsync(RunningServer server)
    {
        var tcp = await ConnectTcpAsync(server);
        var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, AcceptsAnyServer);
        await tls.AuthenticateAsClientAsync("parley").Within();
        return new HandmadeClient(tcp, tls);
    }

    /// <summary>With the handshake of the protocol behind it: free to create and join.</summary>
    public static async Task<HandmadeClient> GreetAsync(RunningServer server)
    {
        var client = await ConnectAsync(server);
        var nonce = RandomNumberGenerator.GetBytes(IdentityCheck.NonceLength);
        await client.SendAsync(new Hello(ControlProtocol.Version, "handmade", Base64Url.EncodeToString(IdentityCheck.Commit(nonce))));
        await client.ReadAsync<Welcome>();
        await client.SendAsync(new Reveal(Base64Url.EncodeToString(nonce)));
        await client.ReadAsync<Revealed>();
        return client;
    }

    /// <summary>Header and body of a frame; the length may lie.</summary>
    public static byte[] Frame(byte kind, ReadOnlySpan<byte> body, uint? length = null)
    {
        var frame = new byte[5 + body.Length];
        BinaryPrimitives.WriteUInt32BigEndian(frame, length ?? (uint)body.Length + 1);
        frame[4] = kind;
        body.CopyTo(frame.AsSpan(5));
        return frame;
    }

    public Task SendAsync(ClientMessage message) => WriteAsync(Frame(Json, ControlProtocol.Write(message)));

    public Task SendAsync(string json) => WriteAsync(Frame(Json, System.Text.Encoding.UTF8.GetBytes(json)));

    public async Task WriteAsync(byte[] bytes)
    {
        using var limit = new CancellationTokenSource(Deadline.Long);
        await _tls.WriteAsync(bytes, limit.Token);
    }

    /// <summary>The next message; null when the server has ended the connection.</summary>
    public async Task<ServerMessage?> ReadAsync()
    {
        try
        {
            var header = await ReadBytesAsync(5);
            var body = await ReadBytesAsync((int)BinaryPrimitives.ReadUInt32BigEndian(header) - 1);
            Assert.Equal(ParseOutcome.Message, ControlProtocol.TryParse(body, out ServerMessage? message));
            return message;
        }
        catch (IOException)
        {
            return null;
        }
    }

    /// <summary>The next message, which must be of this type.</summary>
    public async Task<T> ReadAsync<T>()
        where T : ServerMessage => Assert.IsType<T>(await ReadAsync());

    /// <summary>Reads to the end, which must come.</summary>
    public Task ReadToEndAsync() => ReadToEndAsync(_tls);

    /// <summary>Reads to the end, which must come.</summary>
    public static async Task ReadToEndAsync(Stream stream)
    {
        var buffer = new byte[4096];
        try
        {
            using var limit = new CancellationTokenSource(Deadline.Long);
            while (await stream.ReadAsync(buffer, limit.Token) > 0)
            {
                // What comes does not matter, only that it ends.
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }

    public void Dispose()
    {
        _tls.Dispose();
        _tcp.Dispose();
    }

    private async Task<byte[]> ReadBytesAsync(int count)
    {
        var bytes = new byte[count];
        using var limit = new CancellationTokenSource(Deadline.Long);
        await _tls.ReadExactlyAsync(bytes, limit.Token);
        return bytes;
    }

    /// <summary>Whose server it is does not matter to what these tests say to it.</summary>
    private static bool AcceptsAnyServer(object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) =>
        certificate is not null;
}
