using System.Text;
using Parley.Protocol.Control;

namespace Parley.Protocol.Tests.Control;

/// <summary>The three standing tests for every message of every family, and that no message lacks them.</summary>
public sealed class GoldenMessageTests
{
    public static TheoryData<string> Vectors => [.. MessageFamily.All.SelectMany(f => f.Examples.Keys)];

    public static TheoryData<string> IncomingVectors => [.. MessageFamily.Incoming.SelectMany(f => f.Examples.Keys)];

    [Fact]
    public void Every_message_type_has_a_vector_and_every_vector_a_meaning()
    {
        foreach (var family in MessageFamily.All)
        {
            Assert.Empty(family.TypeNames.Except(family.Examples.Keys.Select(family.TypeNameOf)));
            Assert.Equal(family.Examples.Keys.Order(StringComparer.Ordinal), JsonVectors.Names(family.Folder, family.Prefix));
        }
    }

    [Theory]
    [MemberData(nameof(Vectors))]
    public void Golden_json_parses_to_the_expected_record_and_is_written_again(string vector)
    {
        var (family, golden) = Find(vector);
        var (outcome, message) = family.Parse(golden);

        Assert.Equal(ParseOutcome.Message, outcome);
        Assert.Equal(family.Examples[vector].GetType(), message!.GetType());
        Assert.Equivalent(family.Examples[vector], message, strict: true);
        Assert.Equal(Encoding.UTF8.GetString(golden), Encoding.UTF8.GetString(family.Write(message)));
        Assert.StartsWith($"{{\"type\":\"{family.TypeNameOf(vector)}\"", Encoding.UTF8.GetString(golden), StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(IncomingVectors))]
    public void Every_prefix_is_refused_and_every_flipped_bit_is_refused_or_read_back_the_same(string vector)
    {
        var (family, golden) = Find(vector);
        foreach (var damaged in Parley.Tests.Vectors.Damaged(golden))
        {
            var (outcome, message) = family.Parse(damaged);
            if (damaged.Length < golden.Length) Assert.Equal(ParseOutcome.Malformed, outcome);
            if (outcome != ParseOutcome.Message) Assert.Null(message);
            else AssertReadsBack(family, message!);
        }
    }

    [Theory]
    [MemberData(nameof(IncomingVectors))]
    public void Unknown_members_are_ignored_and_the_order_does_not_matter(string vector)
    {
        var (family, golden) = Find(vector);
        foreach (var variant in new[] { JsonDamage.WithUnknownMembers(golden), JsonDamage.Reversed(golden) })
        {
            var (outcome, message) = family.Parse(variant);
            Assert.Equal(ParseOutcome.Message, outcome);
            Assert.Equal(golden, family.Write(message!));
        }
    }

    [Theory]
    [MemberData(nameof(IncomingVectors))]
    public void Members_of_a_wrong_kind_are_malformed(string vector)
    {
        var (family, golden) = Find(vector);
        foreach (var (path, json) in JsonDamage.WithWrongKinds(golden))
        {
            var (outcome, message) = family.Parse(json);
            if (MayBeNull(vector, path) && ContainsNullAt(json, path)) AssertReadsBack(family, message!);
            else Assert.True(outcome == ParseOutcome.Malformed, $"{outcome}: {Encoding.UTF8.GetString(json)}");
        }
    }

    [Theory]
    [MemberData(nameof(IncomingVectors))]
    public void A_missing_member_is_malformed_unless_it_may_be_left_out(string vector)
    {
        var (family, golden) = Find(vector);
        foreach (var (path, json) in JsonDamage.WithoutOne(golden))
        {
            var (outcome, message) = family.Parse(json);
            // A page writes every member, null or not.
            var mayBeLeftOut = path == ".largeBitrate" || (path == ".audio" && vector.StartsWith("client-", StringComparison.Ordinal)) || (MayBeNull(vector, path) && !vector.StartsWith("command-", StringComparison.Ordinal));
            if (mayBeLeftOut) AssertReadsBack(family, message!);
            else Assert.True(outcome == ParseOutcome.Malformed, $"{outcome}: {Encoding.UTF8.GetString(json)}");
        }
    }

    [Fact]
    public void A_type_of_another_version_is_unknown_and_not_malformed()
    {
        foreach (var json in new[] { """{"type":"teleport"}""", """{"where":{"x":[1,2]},"type":"teleport"}""", """{"type":""}""", """{"type":"HELLO"}""" })
        {
            Assert.Equal(ParseOutcome.UnknownType, MessageFamily.Client.Parse(Encoding.UTF8.GetBytes(json)).Outcome);
            Assert.Equal(ParseOutcome.UnknownType, MessageFamily.Server.Parse(Encoding.UTF8.GetBytes(json)).Outcome);
            Assert.Equal(ParseOutcome.Malformed, MessageFamily.Command.Parse(Encoding.UTF8.GetBytes(json)).Outcome);
        }
        Assert.Equal(ParseOutcome.UnknownType, MessageFamily.Client.Parse("""{"type":"welcome"}"""u8.ToArray()).Outcome);
    }

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("null")]
    [InlineData("7")]
    [InlineData("\"ping\"")]
    [InlineData("[]")]
    [InlineData("[{\"type\":\"leave\"}]")]
    [InlineData("{}")]
    [InlineData("{\"type\":null}")]
    [InlineData("{\"type\":7}")]
    [InlineData("{\"type\":{\"type\":\"leave\"}}")]
    [InlineData("{\"Type\":\"leave\"}")]
    [InlineData("{\"a\":{\"type\":\"leave\"}}")]
    [InlineData("{\"type\":\"leave\",\"type\":\"leave\"}")]
    [InlineData("{\"type\":\"leave\",\"type\":\"ping\"}")]
    [InlineData("{\"type\":\"leave\"} {\"type\":\"leave\"}")]
    [InlineData("{\"type\":\"leave\"}x")]
    [InlineData("{\"type\":\"leave\",}")]
    [InlineData("{\"type\":\"leave\"/* a comment */}")]
    [InlineData("{'type':'leave'}")]
    [InlineData("{type:\"leave\"}")]
    [InlineData("\uFEFF{\"type\":\"leave\"}")]
    [InlineData("{\"type\":\"leave\",\"x\":NaN}")]
    [InlineData("{\"type\":\"leave\",\"x\":01}")]
    [InlineData("{\"type\":\"leave\",\"x\":[[[[[[[[0]]]]]]]]}")]
    [InlineData("{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{\"x\":{}}}}}}}},\"type\":\"leave\"}")]
    [InlineData("{\"type\":\"\\uD800\"}")]
    [InlineData("{\"type\":\"leave\",\"\\u0000")]
    [InlineData("{\"type\":\"leave\u0000\"}")]
    public void What_is_not_one_json_object_with_one_type_is_malformed(string text)
    {
        foreach (var family in MessageFamily.Incoming) Assert.Equal((ParseOutcome.Malformed, null), family.Parse(Encoding.UTF8.GetBytes(text)));
    }

    [Theory]
    [InlineData("{\"type\":\"chat\",\"id\":\"1\",\"text\":\"\\uD800\"}")]
    [InlineData("{\"type\":\"chat\",\"id\":\"1\",\"text\":\"\\uDC00\\uD800\"}")]
    [InlineData("{\"type\":\"admit\",\"id\":\"a\\uDFFFb\"}")]
    [InlineData("{\"type\":\"ping\",\"time\":1e400}")]
    [InlineData("{\"type\":\"ping\",\"time\":9223372036854775808}")]
    [InlineData("{\"type\":\"ping\",\"time\":1.5}")]
    [InlineData("{\"type\":\"ping\",\"time\":\"1\"}")]
    [InlineData("{\"type\":\"subscribe\",\"tracks\":[4294967296]}")]
    [InlineData("{\"type\":\"subscribe\",\"tracks\":[-1]}")]
    [InlineData("{\"type\":\"subscribe\",\"tracks\":[null]}")]
    [InlineData("{\"type\":\"hello\",\"version\":99999999999,\"product\":\"\",\"commitment\":\"\"}")]
    [InlineData("{\"type\":\"setMedia\",\"microphone\":1,\"camera\":\"on\"}")]
    [InlineData("{\"type\":\"setMedia\",\"microphone\":\"On\",\"camera\":\"on\"}")]
    [InlineData("{\"type\":\"setMedia\",\"microphone\":\"failed, missing\",\"camera\":\"on\"}")]
    [InlineData("{\"type\":\"setMedia\",\"microphone\":\"1\",\"camera\":\"on\"}")]
    [InlineData("{\"type\":\"create\",\"name\":\"Anna\",\"title\":\"\",\"audio\":\"mp3\"}")]
    public void Values_that_no_client_writes_are_malformed(string text)
    {
        Assert.Equal((ParseOutcome.Malformed, null), MessageFamily.Client.Parse(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public void Bytes_that_are_not_utf8_are_malformed()
    {
        var json = "{\"type\":\"chat\",\"id\":\"1\",\"text\":\"??\"}"u8.ToArray();
        var at = json.AsSpan().IndexOf("??"u8);
        foreach (var (a, b) in new (byte, byte)[] { (0xC0, 0x80), (0xFF, 0xFE), (0xED, 0xA0), (0x80, 0x80), (0xE2, 0x82) })
        {
            (json[at], json[at + 1]) = (a, b);
            Assert.Equal((ParseOutcome.Malformed, null), MessageFamily.Client.Parse(json));
        }
    }

    [Fact]
    public void Nesting_within_the_limit_is_read()
    {
        Assert.Equal(ParseOutcome.Message, MessageFamily.Client.Parse("""{"type":"leave","x":[[[[[[[]]]]]]]}"""u8.ToArray()).Outcome);
    }

    [Fact]
    public void The_state_of_a_full_meeting_fits_a_control_message()
    {
        var long64 = new string('\u4E2D', Limits.MaxName);
        var people = Enumerable.Range(0, 200).Select(i => new ParticipantState(
            $"0198c0de-0000-7000-8000-{i:D12}", long64[..24], Parley.Protocol.Ui.ParticipantRole.Participant, Parley.Protocol.Ui.Presence.Present,
            Parley.Protocol.Ui.DeviceState.Missing, Parley.Protocol.Ui.DeviceState.Refused, uint.MaxValue, uint.MaxValue)).ToList();
        var joined = (Joined)ControlExamples.Server["server-joined"];
        Assert.InRange(ControlProtocol.Write(joined with { Meeting = joined.Meeting with { Participants = people } }).Length, 1, Limits.MaxControlMessage);
    }

    private static bool MayBeNull(string vector, string path) => (vector, path) is
        ("client-hello-resume", ".resumeToken" or ".epoch") or ("server-refused-rateLimited", ".retryAfterMs") or ("client-setCapabilities-audio", ".audio")
        or ("client-chat-private", ".to") or ("server-chatHistory-before", ".before") or ("server-rejected-chat", ".id")
        or ("server-participantChanged", ".participant.handRaisedAt") or ("command-sendChat" or "command-sendChat-private", ".to")
        or ("server-chat" or "server-chat-private", ".line.to" or ".line.toName" or ".line.clientId")
        or ("server-chatHistory", ".lines.[1].clientId")
        or ("command-setPreferences", ".preferences.codec")
        or ("command-pageMeasured", ".stats.encodeMs" or ".stats.captureMs" or ".stats.ringMs" or ".stats.outputMs")
        || path.EndsWith(".latencyMs", StringComparison.Ordinal);

    private static bool ContainsNullAt(byte[] json, string path) =>
        Encoding.UTF8.GetString(json).Contains($"\"{path[(path.LastIndexOf('.') + 1)..]}\":null", StringComparison.Ordinal);

    private static void AssertReadsBack(MessageFamily family, object message)
    {
        var written = family.Write(message);
        var (outcome, again) = family.Parse(written);
        Assert.Equal(ParseOutcome.Message, outcome);
        Assert.Equal(written, family.Write(again!));
    }

    private static (MessageFamily Family, byte[] Golden) Find(string vector)
    {
        var family = Array.Find(MessageFamily.All, f => f.Examples.ContainsKey(vector))!;
        return (family, JsonVectors.Read(family.Folder, vector));
    }
}
