using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Logging.Abstractions;
using Parley.Net;

namespace Parley.Server.Tests;

/// <summary>A server on real loopback ports.</summary>
public sealed class ServerHostTests
{
    private static readonly ServerOptions Anywhere = new() { Host = IPAddress.Loopback, TcpPort = 0, UdpPort = 0, Admin = new IPEndPoint(IPAddress.Loopback, 0) };

    [Fact]
    public async Task AdminPages_SayThatItIsWell()
    {
        await using var server = await StartAsync(Anywhere);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{server.AdminAddress}/") };
        using var health = await http.GetAsync(new Uri("healthz", UriKind.Relative));
        Assert.Equal((HttpStatusCode.OK, "ok\n"), (health.StatusCode, await health.Content.ReadAsStringAsync()));
        using var metrics = await http.GetAsync(new Uri("metrics", UriKind.Relative));
        Assert.Equal("text/plain; version=0.0.4; charset=utf-8", metrics.Content.Headers.ContentType!.ToString());
        Assert.Contains("\nparley_up 1\n", await metrics.Content.ReadAsStringAsync(), StringComparison.Ordinal);
        using var other = await http.GetAsync(new Uri("secrets", UriKind.Relative));
        Assert.Equal(HttpStatusCode.NotFound, other.StatusCode);
    }

    [Fact]
    public async Task AdminPages_SayWhenTheMediaLoopDoesNotAnswer()
    {
        var stopped = await StartAsync(Anywhere with { Admin = null });
        await stopped.DisposeAsync();
        await using var admin = await AdminWeb.StartAsync(new IPEndPoint(IPAddress.Loopback, 0), stopped);
        using var http = new HttpClient { BaseAddress = new Uri($"http://{admin.Address}/") };
        using var health = await http.GetAsync(new Uri("healthz", UriKind.Relative));
        Assert.Equal(HttpStatusCode.ServiceUnavailable, health.StatusCode);
        Assert.Contains("\nparley_up 0\n", await http.GetStringAsync(new Uri("metrics", UriKind.Relative)), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Snapshot_OfAnEmptyServer_IsEmpty()
    {
        await using var server = await StartAsync(Anywhere);
        var snapshot = (await server.TakeSnapshotAsync())!;
        Assert.Equal((0, 0, 0), (snapshot.Meetings, snapshot.Participants, snapshot.Sessions));
        Assert.Empty(snapshot.Drops);
    }

    [Fact]
    public async Task Identity_IsKeptInTheDataDirectory_AndElseNewAtEachStart()
    {
        var data = Directory.CreateTempSubdirectory("parley-server-").FullName;
        try
        {
            Assert.Equal(await KeyAsync(Anywhere with { DataDirectory = data }), await KeyAsync(Anywhere with { DataDirectory = data }));
            Assert.NotEqual(await KeyAsync(Anywhere), await KeyAsync(Anywhere));
        }
        finally
        {
            Directory.Delete(data, recursive: true);
        }
    }

    [Fact]
    public async Task TakenPorts_GiveWayTogether_WhenTheyMay()
    {
        await using var first = await StartAsync(Anywhere);
        await using var moved = await StartAsync(Anywhere with { TcpPort = first.TcpPort, UdpPort = first.UdpPort, MayMovePorts = true });
        var by = moved.TcpPort - first.TcpPort;
        Assert.InRange(by, 2, 40);
        Assert.Equal(0, by % 2);
        Assert.Equal(first.UdpPort + by, moved.UdpPort);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task OneTakenPort_MovesBoth(bool isTcp)
    {
        await using var first = await StartAsync(Anywhere);
        // The other port of the pair is free, because its server has just let it go.
        var free = await StartAsync(Anywhere);
        var (tcp, udp) = isTcp ? (first.TcpPort, free.UdpPort) : (free.TcpPort, first.UdpPort);
        await free.DisposeAsync();
        await using var moved = await StartAsync(Anywhere with { TcpPort = tcp, UdpPort = udp, MayMovePorts = true });
        Assert.NotEqual(tcp, moved.TcpPort);
        Assert.Equal(moved.TcpPort - tcp, moved.UdpPort - udp);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task TakenPortsThatAreFixed_FailWithASentence(bool isTcp)
    {
        await using var first = await StartAsync(Anywhere);
        var wanted = isTcp ? Anywhere with { TcpPort = first.TcpPort } : Anywhere with { UdpPort = first.UdpPort };
        var error = await Assert.ThrowsAsync<PortInUseException>(() => StartAsync(wanted));
        Assert.Equal(isTcp ? first.TcpPort : first.UdpPort, error.Port);
        Assert.Contains($"{error.Port}", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task TakenAdminPort_FailsWithASentence_AndLeavesNothingBehind()
    {
        using var taken = new TcpListener(IPAddress.Loopback, 0);
        taken.Start();
        var free = await StartAsync(Anywhere);
        var (tcp, udp) = (free.TcpPort, free.UdpPort);
        await free.DisposeAsync();
        var wanted = Anywhere with { TcpPort = tcp, UdpPort = udp, Admin = (IPEndPoint)taken.LocalEndpoint };
        var error = await Assert.ThrowsAsync<PortInUseException>(() => StartAsync(wanted));
        Assert.Equal(((IPEndPoint)taken.LocalEndpoint).Port, error.Port);
        await using var again = await StartAsync(wanted with { Admin = null });
        Assert.Equal((tcp, udp), (again.TcpPort, again.UdpPort));
    }

    private static Task<ServerHost> StartAsync(ServerOptions options) => ServerHost.StartAsync(options, NullLoggerFactory.Instance);

    private static async Task<string> KeyAsync(ServerOptions options)
    {
        await using var server = await StartAsync(options);
        return server.KeyHashText;
    }
}
