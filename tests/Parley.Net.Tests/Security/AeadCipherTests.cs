using System.Runtime.InteropServices;
using Parley.Protocol;
using Parley.Tests;
using Parley.Transport.Protection;

namespace Parley.Net.Tests.Security;

public sealed class AeadCipherTests
{
    private const int TagLength = 16;
    private const int HeaderLength = 12;

    /// <summary>EVP where the machine has it; everywhere the platform's, which must pass the same.</summary>
    public static TheoryData<string> Names => EvpFactory.TryCreate(out _) ? ["evp", "platform"] : ["platform"];

    [Fact]
    public void A_linux_machine_with_the_library_encrypts_by_evp_unless_told_not_to()
    {
        if (!OperatingSystem.IsLinux() || !NativeLibrary.TryLoad(EvpNative.Library, out _)) return;
        Assert.IsType<EvpFactory>(AeadCiphers.Choose());
        Environment.SetEnvironmentVariable(AeadCiphers.EvpVariable, "0");
        try
        {
            Assert.Same(AesGcmFactory.Instance, AeadCiphers.Choose());
        }
        finally
        {
            Environment.SetEnvironmentVariable(AeadCiphers.EvpVariable, null);
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Rfc_7714_packets_are_sealed_and_opened(string name)
    {
        var plain = Vectors.Read("media/rfc7714-rtp-plain");
        var packet = Vectors.Read("media/rfc7714-rtp-protected");
        var nonce = Convert.FromHexString("51753c6580c2726f20718414");
        using var cipher = Factory(name).Create(Convert.FromHexString("000102030405060708090a0b0c0d0e0f"));

        var sealedText = new byte[plain.Length - HeaderLength + TagLength];
        cipher.Seal(nonce, plain.AsSpan(0, HeaderLength), plain.AsSpan(HeaderLength), sealedText);
        Assert.Equal(packet[HeaderLength..], sealedText);

        Assert.True(cipher.TryOpen(nonce, packet.AsSpan(0, HeaderLength), packet.AsSpan(HeaderLength)));
        Assert.Equal(plain, packet[..plain.Length]);
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_worked_example_of_the_protocol_document_holds(string name)
    {
        Assert.True(MasterKey.TryParse([.. Enumerable.Range(0, 28).Select(i => (byte)i)], out var key));
        using var sender = new SrtpSender(key, Factory(name));
        using var receiver = new SrtpReceiver(key, Factory(name));

        var buffer = WithRoom(Vectors.Read("media/rtp-l16-mixed"), TagLength, out var length);
        sender.ProtectRtp(buffer, length);
        Assert.Equal(Vectors.Read("media/srtp-l16-mixed"), buffer);
        Assert.Equal(DropReason.None, receiver.UnprotectRtp(buffer, out _));

        buffer = WithRoom(Vectors.Read("media/rtcp-compound"), TagLength + 4, out length);
        sender.ProtectRtcp(buffer, length);
        Assert.Equal(Vectors.Read("media/srtcp-compound"), buffer);
        Assert.Equal(DropReason.None, receiver.UnprotectRtcp(buffer, out _));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Ciphers_agree_with_the_platform_on_any_text(string name)
    {
        var random = new SeededRandom(7714);
        Span<byte> key = stackalloc byte[16];
        Span<byte> nonce = stackalloc byte[12];
        for (var round = 0; round < 40; round++)
        {
            random.Fill(key);
            using var cipher = Factory(name).Create(key);
            using var platform = AesGcmFactory.Instance.Create(key);
            // One key, many packets: sealing and opening take turns on it.
            for (var i = 0; i < 20; i++)
            {
                random.Fill(nonce);
                var associated = Bytes(random, (int)(random.NextUInt32() % 40));
                var text = Bytes(random, (int)(random.NextUInt32() % 1500));
                var ours = new byte[text.Length + TagLength];
                var theirs = new byte[text.Length + TagLength];
                text.CopyTo(ours, 0);
                cipher.Seal(nonce, associated, ours.AsSpan(0, text.Length), ours);
                platform.Seal(nonce, associated, text, theirs);
                Assert.Equal(theirs, ours);
                Assert.True(cipher.TryOpen(nonce, associated, theirs));
                Assert.True(platform.TryOpen(nonce, associated, ours));
                Assert.Equal(text, theirs[..text.Length]);
                Assert.Equal(text, ours[..text.Length]);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void An_empty_text_has_a_tag_too(string name)
    {
        using var cipher = Factory(name).Create(new byte[16]);
        var tag = new byte[TagLength];
        cipher.Seal(new byte[12], [], [], tag);
        Assert.Equal("58e2fccefa7e3061367f1d57a4e7455a", Convert.ToHexStringLower(tag)); // GCM specification, test case 1
        Assert.True(cipher.TryOpen(new byte[12], [], tag));
        tag[0] ^= 1;
        Assert.False(cipher.TryOpen(new byte[12], [], tag));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Every_flipped_bit_is_refused_and_the_text_is_overwritten(string name)
    {
        var nonce = Enumerable.Range(50, 12).Select(i => (byte)i).ToArray();
        var header = Enumerable.Range(1, HeaderLength).Select(i => (byte)i).ToArray();
        using var cipher = Factory(name).Create(Enumerable.Range(0, 16).Select(i => (byte)i).ToArray());
        var packet = new byte[HeaderLength + 40 + TagLength];
        header.CopyTo(packet, 0);
        cipher.Seal(nonce, header, Enumerable.Repeat((byte)7, 40).ToArray(), packet.AsSpan(HeaderLength));

        for (var bit = 0; bit < packet.Length * 8; bit++)
        {
            var damaged = (byte[])packet.Clone();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            Assert.False(cipher.TryOpen(nonce, damaged.AsSpan(0, HeaderLength), damaged.AsSpan(HeaderLength)));
            Assert.DoesNotContain(damaged[HeaderLength..^TagLength], b => b != 0);
        }
        Assert.True(cipher.TryOpen(nonce, header, packet.AsSpan(HeaderLength)));
    }

    [Fact]
    public void A_forged_packet_costs_no_exception_and_no_memory_by_evp()
    {
        if (!EvpFactory.TryCreate(out var evp)) return;
        using var cipher = evp.Create(new byte[16]);
        var forged = new byte[1188];
        Assert.False(cipher.TryOpen(new byte[12], new byte[12], forged));
        var nonce = new byte[12];
        Assert.Equal(0, Allocations.Fewest(() =>
        {
            for (var i = 0; i < 1000; i++) Assert.False(cipher.TryOpen(nonce, nonce, forged));
        }));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void A_cipher_that_is_disposed_of_refuses_and_can_be_disposed_of_again(string name)
    {
        var cipher = Factory(name).Create(new byte[16]);
        cipher.Dispose();
        cipher.Dispose();
        Assert.Throws<ObjectDisposedException>(() => cipher.Seal(new byte[12], [], [], new byte[16]));
        Assert.Throws<ObjectDisposedException>(() => cipher.TryOpen(new byte[12], [], new byte[16]));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Keys_and_buffers_of_a_wrong_size_are_refused_before_any_byte_is_written(string name)
    {
        Assert.ThrowsAny<Exception>(() => Factory(name).Create(new byte[15]));
        using var cipher = Factory(name).Create(new byte[16]);
        Assert.ThrowsAny<ArgumentException>(() => cipher.Seal(new byte[11], [], new byte[4], new byte[20]));
        Assert.ThrowsAny<ArgumentException>(() => cipher.Seal(new byte[12], [], new byte[4], new byte[19]));
        Assert.ThrowsAny<ArgumentException>(() => cipher.TryOpen(new byte[12], [], new byte[15]));
    }

    private static IAeadFactory Factory(string name) =>
        name == "evp" && EvpFactory.TryCreate(out var evp) ? evp : AesGcmFactory.Instance;

    private static byte[] Bytes(SeededRandom random, int length)
    {
        var bytes = new byte[length];
        random.Fill(bytes);
        return bytes;
    }

    private static byte[] WithRoom(byte[] plain, int room, out int length)
    {
        length = plain.Length;
        return [.. plain, .. new byte[room]];
    }
}
