using Parley.Protocol;
using Parley.Tests;
using Parley.Transport.Protection;

namespace Parley.Transport.Tests.Protection;

public sealed class SrtpVectorTests
{
    private static readonly byte[] SessionKey = Convert.FromHexString("000102030405060708090a0b0c0d0e0f");
    private static readonly byte[] SessionSalt = "Quid pro quo"u8.ToArray();

    [Theory]
    [InlineData(0, 2)]
    [InlineData(2, 3)]
    [InlineData(1, 4)]
    public void Keys_derive_as_in_rfc_3711(byte label, int line)
    {
        var vector = Vectors.Lines("media/rfc3711-b3");
        // The authentication key takes several lines of the file.
        var expected = line == 4 ? vector.Skip(4).SelectMany(bytes => bytes).ToArray() : vector[line];
        var derived = new byte[expected.Length];
        KeyDerivation.Derive(vector[0], vector[1], label, derived);
        Assert.Equal(expected, derived);
    }

    [Fact]
    public void Rtp_is_protected_as_in_rfc_7714()
    {
        var plain = Vectors.Read("media/rfc7714-rtp-plain");
        using var sender = new SrtpSender(new SessionCipher(SessionKey, SessionSalt, AesGcmFactory.Instance));
        var buffer = new byte[plain.Length + 16];
        Assert.Equal(buffer.Length, sender.ProtectRtp(plain, buffer));
        Assert.Equal(Vectors.Read("media/rfc7714-rtp-protected"), buffer);
    }

    [Fact]
    public void Rtp_is_opened_as_in_rfc_7714()
    {
        var packet = Vectors.Read("media/rfc7714-rtp-protected");
        using var receiver = new SrtpReceiver(new SessionCipher(SessionKey, SessionSalt, AesGcmFactory.Instance));
        Assert.Equal(DropReason.None, receiver.UnprotectRtp(packet, out var length));
        Assert.Equal(Vectors.Read("media/rfc7714-rtp-plain"), packet[..length]);
    }

    [Fact]
    public void Rtcp_is_protected_as_in_rfc_7714()
    {
        var plain = Vectors.Read("media/rfc7714-rtcp-plain");
        using var sender = new SrtpSender(new SessionCipher(SessionKey, SessionSalt, AesGcmFactory.Instance)) { NextRtcpIndex = 0x5d4 };
        var buffer = new byte[plain.Length + 20];
        plain.CopyTo(buffer, 0);
        Assert.Equal(buffer.Length, sender.ProtectRtcp(buffer, plain.Length));
        Assert.Equal(Vectors.Read("media/rfc7714-rtcp-protected"), buffer);
    }

    [Fact]
    public void Rtcp_is_opened_as_in_rfc_7714()
    {
        var packet = Vectors.Read("media/rfc7714-rtcp-protected");
        using var receiver = new SrtpReceiver(new SessionCipher(SessionKey, SessionSalt, AesGcmFactory.Instance));
        Assert.Equal(DropReason.None, receiver.UnprotectRtcp(packet, out var length, out var position));
        Assert.Equal(Vectors.Read("media/rfc7714-rtcp-plain"), packet[..length]);
        Assert.Equal(0x5d4, position.Index);
    }

    [Fact]
    public void The_worked_example_of_the_protocol_document_holds()
    {
        var bytes = Enumerable.Range(0, 28).Select(i => (byte)i).ToArray();
        Assert.True(MasterKey.TryParse(bytes, out var key));
        using var sender = new SrtpSender(key);
        using var receiver = new SrtpReceiver(key);

        var rtp = Vectors.Read("media/rtp-l16-mixed");
        var buffer = new byte[rtp.Length + 16];
        sender.ProtectRtp(rtp.AsSpan(0, 20), rtp.AsSpan(20), buffer);
        Assert.Equal(Vectors.Read("media/srtp-l16-mixed"), buffer);
        Assert.Equal(DropReason.None, receiver.UnprotectRtp(buffer, out var length));
        Assert.Equal(rtp, buffer[..length]);

        var rtcp = Vectors.Read("media/rtcp-compound");
        buffer = new byte[rtcp.Length + 20];
        rtcp.CopyTo(buffer, 0);
        sender.ProtectRtcp(buffer, rtcp.Length);
        Assert.Equal(Vectors.Read("media/srtcp-compound"), buffer);
        Assert.Equal(DropReason.None, receiver.UnprotectRtcp(buffer, out length));
        Assert.Equal(rtcp, buffer[..length]);
    }

    [Theory]
    [InlineData("media/rtp-l16-mixed")]
    [InlineData("media/srtp-l16-mixed")]
    [InlineData("media/rtcp-compound")]
    [InlineData("media/srtcp-compound")]
    public void The_protocol_document_shows_the_golden_bytes(string file)
    {
        // Of a line of a code block only the leading groups of hex count, as in the files.
        var lines = File.ReadLines(Path.Combine(AppContext.BaseDirectory, "media.md"))
            .Select(line => string.Concat(line.Split("   ")[0].Split(' ').Where(word => word.Length == 8 && word.All(char.IsAsciiHexDigitLower))));
        Assert.Contains(Convert.ToHexStringLower(Vectors.Read(file)), string.Concat(lines), StringComparison.Ordinal);
    }
}
