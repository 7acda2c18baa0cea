using Parley.Protocol.Control;

namespace Parley.Protocol.Tests.Control;

public sealed class IdentityCheckTests
{
    private static readonly byte[] ServerKey = Bytes(1);
    private static readonly byte[] ClientKey = Bytes(2);
    private static readonly byte[] ServerNonce = Bytes(3);
    private static readonly byte[] ClientNonce = Bytes(4);

    [Fact]
    public void Both_sides_of_an_honest_connection_see_the_same_six_digits()
    {
        var atServer = IdentityCheck.Digits(ServerKey, ClientKey, ServerNonce, ClientNonce);
        var atClient = IdentityCheck.Digits([.. ServerKey], [.. ClientKey], [.. ServerNonce], [.. ClientNonce]);
        Assert.Equal(atServer, atClient);

        // Written down, because two versions of the program must agree. SHA-256 over the length-prefixed parts, its first 64 bits modulo a million.
        Assert.Equal("838382", atServer);
    }

    [Fact]
    public void Someone_in_between_shows_different_digits_on_the_two_sides()
    {
        // Eve speaks to each side with keys of her own and cannot choose a nonce after she has seen the other side's: she committed first.
        var agreements = 0;
        for (var i = 0UL; i < 2_000; i++)
        {
            var eve = new SeededRandom(i);
            byte[] key = new byte[32], nonceToServer = new byte[32], nonceToClient = new byte[32];
            eve.Fill(key);
            eve.Fill(nonceToServer);
            eve.Fill(nonceToClient);
            var atServer = IdentityCheck.Digits(ServerKey, key, ServerNonce, nonceToServer);
            var atClient = IdentityCheck.Digits(key, ClientKey, nonceToClient, ClientNonce);
            if (atServer == atClient) agreements++;
        }
        Assert.InRange(agreements, 0, 1); // two or more happen twice in a million runs
    }

    [Fact]
    public void Every_part_counts_and_none_can_be_moved_into_its_neighbour()
    {
        var digits = IdentityCheck.Digits(ServerKey, ClientKey, ServerNonce, ClientNonce);
        Assert.NotEqual(digits, IdentityCheck.Digits(ClientKey, ServerKey, ServerNonce, ClientNonce));
        Assert.NotEqual(digits, IdentityCheck.Digits(ServerKey, ClientKey, ClientNonce, ServerNonce));
        Assert.NotEqual(digits, IdentityCheck.Digits(ServerKey, [], ServerNonce, ClientNonce));
        Assert.NotEqual(
            IdentityCheck.Digits(ServerKey, [], ServerNonce, ClientNonce),
            IdentityCheck.Digits([], ServerKey, ServerNonce, ClientNonce));
        Assert.NotEqual(
            IdentityCheck.Digits([1, 2], [3], ServerNonce, ClientNonce),
            IdentityCheck.Digits([1], [2, 3], ServerNonce, ClientNonce));
    }

    [Fact]
    public void A_commitment_opens_with_its_nonce_and_with_nothing_else()
    {
        var commitment = IdentityCheck.Commit(ServerNonce);
        Assert.True(IdentityCheck.Opens(commitment, ServerNonce));
        foreach (var damaged in Parley.Tests.Vectors.Damaged(ServerNonce)) Assert.False(IdentityCheck.Opens(commitment, damaged));
        foreach (var damaged in Parley.Tests.Vectors.Damaged(commitment)) Assert.False(IdentityCheck.Opens(damaged, ServerNonce));
        Assert.False(IdentityCheck.Opens(IdentityCheck.Commit([]), []));
        Assert.False(IdentityCheck.Opens(IdentityCheck.Commit(new byte[33]), new byte[33]));
    }

    private static byte[] Bytes(byte value) => Enumerable.Repeat(value, IdentityCheck.NonceLength).ToArray();
}
