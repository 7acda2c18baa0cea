using System.Security.Cryptography;
using System.Text;
using Parley.Conference.Memory;
using Parley.Protocol;

namespace Parley.Storage.Tests.Support;

/// <summary>Records as a conference makes them: Anna's meeting with Ben and Carl.</summary>
internal static class Facts
{
    public const string Meeting = "019a9f3c-0000-7000-8000-000000000001";
    public const string Anna = "019a9f3c-0000-7000-8000-00000000000a";
    public const string Ben = "019a9f3c-0000-7000-8000-00000000000b";
    public const string Carl = "019a9f3c-0000-7000-8000-00000000000c";

    public static ReadOnlyMemory<byte> KeyOf(string name) => SHA256.HashData(Encoding.UTF8.GetBytes(name));

    public static MeetingCreatedRecord Created(string meeting = Meeting, long at = 1000, string code = "482913") => new(meeting, at, code, "Monday");

    public static MeetingEndedRecord Ended(string meeting = Meeting, long at = 9000) => new(meeting, at, EndReason.Ended);

    public static ParticipantJoinedRecord Joined(string id, string name, long at = 1001) => new(Meeting, at, id, name, KeyOf(name), IsHost: id == Anna);

    public static ChatRecord Line(long number, string text = "Hello", string? clientId = null, string meeting = Meeting) =>
        new(meeting, 2000 + number, number, Anna, "Anna", null, null, clientId, text);

    public static ChatRecord Private(long number, string from, string fromName, string to, string toName, string text) =>
        new(Meeting, 2000 + number, number, from, fromName, to, toName, null, text);

    public static FileAnnouncedRecord Announced(string file, string? to = null) =>
        new(Meeting, 3000, file, Ben, "Ben", to, to is null ? null : "Carl", "..\\CON .txt", 2_000_000, default);

    public static FilePartRecord Part(string file, int number) => new(Meeting, 3001 + number, file, number, 1 << 20, KeyOf($"part {number}"));

    /// <summary>Three people who say a little; not ended.</summary>
    public static MeetingRecord[] Conversation() =>
    [
        Created(),
        Joined(Anna, "Anna"),
        Joined(Ben, "Ben", 1002),
        Joined(Carl, "Carl", 1003),
        Line(1, "good morning"),
        Private(2, Anna, "Anna", Ben, "Ben", "a secret for Ben"),
        Private(3, Ben, "Ben", Anna, "Anna", "a secret for Anna"),
        Line(4, "shall we"),
    ];
}
