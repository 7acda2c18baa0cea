using System.Buffers.Binary;
using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography.X509Certificates;

namespace Parley.Net.Tests.Support;

/// <summary>A control connection spoken by hand, to say what our own client never would.</summary>
internal sealed class RawClient : IDisposable
{
    private readonly TcpClient _tcp;

    private RawClient(TcpClient tcp, SslStream tls)
    {
        _tcp = tcp;
        Tls = tls;
    }

    public SslStream Tls { get; }

    public static async Task<RawClient> ConnectAsync(ShardLoop server)
    {
        var tcp = await ConnectTcpAsync(server);
        var tls = new SslStream(tcp.GetStream(), leaveInnerStreamOpen: false, AcceptsAnyServer);
        await tls.AuthenticateAsClientAsync("parley").Within();
        return new RawClient(tcp, tls);
    }

    public static async Task<TcpClient> ConnectTcpAsync(ShardLoop server)
    {
        var tcp = new TcpClient(AddressFamily.InterNetwork) { NoDelay = true };
        await tcp.ConnectAsync(IPAddress.Loopback, server.TcpPort!.Value).Within();
        return tcp;
    }

    public static byte[] Header(uint length, byte kind)
    {
        var header = new byte[5];
        BinaryPrimitives.WriteUInt32BigEndian(header, length);
        header[4] = kind;
        return header;
    }

    public static byte[] Frame(byte kind, int bodyLength) => [.. Header((uint)bodyLength + 1, kind), .. new byte[bodyLength]];

    public Task WriteAsync(byte[] bytes) => Tls.WriteAsync(bytes).AsTask().Within();

    /// <summary>Reads until the other side ends the connection in whatever way.</summary>
    public Task ReadToEndAsync() => ReadToEndAsync(Tls);

    public static async Task ReadToEndAsync(Stream stream)
    {
        var buffer = new byte[4096];
        try
        {
            while (await stream.ReadAsync(buffer).AsTask().Within() > 0)
            {
                // What comes does not matter, only that it ends.
            }
        }
        catch (IOException)
        {
            // A reset is an end too.
        }
    }

    /// <summary>Whose server it is does not matter to what these tests say to it.</summary>
    public static bool AcceptsAnyServer(
        object sender, X509Certificate? certificate, X509Chain? chain, SslPolicyErrors errors) => certificate is not null;

    public void Dispose()
    {
        Tls.Dispose();
        _tcp.Dispose();
    }
}
