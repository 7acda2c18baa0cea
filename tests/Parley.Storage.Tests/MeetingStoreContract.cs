using Parley.Conference.Memory;
using Parley.Protocol;
using Parley.Storage.Tests.Support;

namespace Parley.Storage.Tests;

/// <summary>What every implementation of <see cref="IMeetingStore"/> must do.</summary>
public abstract class MeetingStoreContract
{
    /// <summary>Opens the store of this test; opened again, it is the same one.</summary>
    protected abstract IMeetingStore Open();

    [Fact]
    public void A_meeting_is_remembered_with_who_was_there_and_what_happened()
    {
        using var store = Open();
        store.Append(
        [
            .. Facts.Conversation(),
            new ParticipantChangedRecord(Facts.Meeting, 5000, Facts.Ben, ParticipantChange.Away),
            new ParticipantChangedRecord(Facts.Meeting, 5500, Facts.Ben, ParticipantChange.Returned),
            new ParticipantChangedRecord(Facts.Meeting, 6000, Facts.Ben, ParticipantChange.BecameHost),
            new ParticipantLeftRecord(Facts.Meeting, 7000, Facts.Anna, EndReason.Removed),
            Facts.Ended(),
        ]);
        Assert.Equal(
            new StoredMeeting(Facts.Meeting, "482913", "Monday", 1000, 9000, "ended", null, Participants: 3, Lines: 2), store.FindMeeting(Facts.Meeting));
        Assert.Equal(
            [("Anna", false, 7000L, "removed"), ("Ben", true, 9000L, "ended"), ("Carl", false, 9000L, "ended")],
            store.ReadParticipants(Facts.Meeting).Select(p => (p.Name, p.IsHost, p.LeftAt!.Value, p.LeftReason!)));
        Assert.Equal(Facts.KeyOf("Ben").ToArray(), store.ReadParticipants(Facts.Meeting)[1].KeyHash.ToArray());
        Assert.Equal(
            ["created", "joined", "joined", "joined", "away", "returned", "becameHost", "left", "ended"], store.ReadEvents(Facts.Meeting).Select(e => e.Kind));
        Assert.Equal(new StoredEvent(8, 7000, "left", Facts.Anna, "removed"), store.ReadEvents(Facts.Meeting)[7]);
        Assert.Empty(store.Check());
    }

    [Fact]
    public void Whoever_left_and_came_back_is_one_person_and_present()
    {
        using var store = Open();
        store.Append([.. Facts.Conversation(), new ParticipantLeftRecord(Facts.Meeting, 5000, Facts.Ben, EndReason.Left), Facts.Joined(Facts.Ben, "Ben", 6000)]);
        var ben = Assert.Single(store.ReadParticipants(Facts.Meeting), p => p.Id == Facts.Ben);
        Assert.Equal((1002, null, null), (ben.JoinedAt, ben.LeftAt, ben.LeftReason));
        Assert.Equal(["left", "joined"], store.ReadEvents(Facts.Meeting).Select(e => e.Kind).TakeLast(2));
    }

    [Fact]
    public void What_was_appended_is_there_for_the_next_one_who_opens()
    {
        using (var store = Open()) store.Append(Facts.Conversation());
        using var again = Open();
        Assert.Equal(["good morning", "shall we"], again.ReadChat(Facts.Meeting, []).Select(l => l.Text));
        Assert.Equal(new StoredChatLine(1, 2001, Facts.Anna, "Anna", null, null, null, "good morning"), again.ReadChat(Facts.Meeting, [])[0]);
    }

    [Fact]
    public void Private_lines_are_for_their_two_people_only()
    {
        using var store = Open();
        store.Append(Facts.Conversation());
        Assert.Equal([1L, 4], NumbersFor(default));
        Assert.Equal([1L, 4], NumbersFor(Facts.KeyOf("Carl")));
        Assert.Equal([1L, 4], NumbersFor(Facts.KeyOf("a stranger")));
        Assert.Equal([1L, 2, 3, 4], NumbersFor(Facts.KeyOf("Anna")));
        Assert.Equal([1L, 2, 3, 4], NumbersFor(Facts.KeyOf("Ben")));

        IEnumerable<long> NumbersFor(ReadOnlyMemory<byte> key) => store.ReadChat(Facts.Meeting, key.Span).Select(l => l.Number);
    }

    [Fact]
    public void Whoever_showed_no_key_reads_no_private_line_and_nobody_else_reads_theirs()
    {
        using var store = Open();
        store.Append(
        [
            Facts.Created(),
            new ParticipantJoinedRecord(Facts.Meeting, 1001, Facts.Anna, "Anna", default, IsHost: true),
            new ParticipantJoinedRecord(Facts.Meeting, 1002, Facts.Ben, "Ben", default, IsHost: false),
            Facts.Private(1, Facts.Anna, "Anna", Facts.Ben, "Ben", "a secret"),
        ]);
        Assert.Empty(store.ReadChat(Facts.Meeting, []));
        Assert.Empty(store.ReadChat(Facts.Meeting, Facts.KeyOf("Anna").Span));
    }

    [Fact]
    public void A_repeated_record_changes_nothing()
    {
        using var store = Open();
        store.Append([Facts.Created(), Facts.Line(1, "once", "client-1")]);
        store.Append([Facts.Created(code: "000000"), Facts.Line(1, "another with the number"), Facts.Line(2, "another with the client's id", "client-1")]);
        Assert.Equal("482913", store.FindMeeting(Facts.Meeting)!.Code);
        Assert.Equal("once", Assert.Single(store.ReadChat(Facts.Meeting, [])).Text);
    }

    [Fact]
    public void A_meeting_whose_beginning_was_lost_is_begun_by_its_next_record()
    {
        using var store = Open();
        store.Append([Facts.Line(7, "in the middle")]);
        Assert.Equal(
            new StoredMeeting(Facts.Meeting, "", "", 2007, null, null, null, Participants: 0, Lines: 1), store.FindMeeting(Facts.Meeting));
        Assert.Null(store.FindMeeting(""));
    }

    [Fact]
    public void Meetings_are_listed_newest_first_and_a_code_means_the_newest()
    {
        using var store = Open();
        store.Append([Facts.Created("a", at: 1), Facts.Created("b", at: 3, code: "111111"), Facts.Created("c", at: 2)]);
        Assert.Equal(["b", "c", "a"], store.ListMeetings(10).Select(m => m.Id));
        Assert.Equal(["b", "c"], store.ListMeetings(2).Select(m => m.Id));
        Assert.Equal("c", store.FindMeeting("482913")!.Id);
        Assert.Null(store.FindMeeting("999999"));
    }

    [Fact]
    public void What_has_no_end_is_marked_as_interrupted_at_its_last_record_once()
    {
        using var store = Open();
        store.Append([.. Facts.Conversation(), Facts.Created("ended", at: 5), Facts.Ended("ended", at: 6)]);
        Assert.Equal(1, store.MarkInterrupted());
        Assert.Equal(0, store.MarkInterrupted());
        Assert.Equal((2004L, (long?)null), (store.FindMeeting(Facts.Meeting)!.InterruptedAt!.Value, store.FindMeeting(Facts.Meeting)!.EndedAt));
        Assert.Null(store.FindMeeting("ended")!.InterruptedAt);

        // Its people are not thrown out: whoever comes back to it finds a seat as it was.
        Assert.All(store.ReadParticipants(Facts.Meeting), p => Assert.Null(p.LeftAt));
        store.Append([Facts.Ended()]);
        Assert.Equal((null, 9000L), (store.FindMeeting(Facts.Meeting)!.InterruptedAt, store.FindMeeting(Facts.Meeting)!.EndedAt!.Value));
    }

    [Fact]
    public void Files_are_remembered_with_their_parts_and_those_for_one_person_are_private()
    {
        using var store = Open();
        store.Append(
        [
            .. Facts.Conversation(), Facts.Announced("f1"), Facts.Announced("f2", to: Facts.Carl), Facts.Part("f1", 0), Facts.Part("f1", 1), Facts.Part("f1", 1),
            Facts.Part("of nothing", 0), new FileStateRecord(Facts.Meeting, 4000, "f1", FileState.Complete, Facts.KeyOf("whole")),
            new FileStateRecord(Facts.Meeting, 4001, "f1", FileState.Withdrawn, default),
        ]);
        var file = Assert.Single(store.ReadFiles(Facts.Meeting, []));
        Assert.Equal(("f1", "..\\CON .txt", 2_000_000L, "withdrawn", "Ben"), (file.Id, file.Name, file.Size, file.State, file.FromName));
        Assert.Equal(Facts.KeyOf("whole").ToArray(), file.Sha256.ToArray());
        Assert.Equal([0, 1], store.ReadFileParts("f1").Select(p => p.Number));
        Assert.Equal(Facts.KeyOf("part 1").ToArray(), store.ReadFileParts("f1")[1].Sha256.ToArray());
        Assert.Empty(store.ReadFileParts("of nothing"));
        Assert.Equal(["f1", "f2"], store.ReadFileIds().Order(StringComparer.Ordinal));
        Assert.Equal(["f1", "f2"], store.ReadFiles(Facts.Meeting, Facts.KeyOf("Carl").Span).Select(f => f.Id));
        Assert.Equal(["f1"], store.ReadFiles(Facts.Meeting, Facts.KeyOf("Anna").Span).Select(f => f.Id));
        Assert.Empty(store.Check());
    }

    [Fact]
    public void Bans_are_remembered_by_key()
    {
        using var store = Open();
        store.Append([Facts.Created(), new BanRecord(Facts.Meeting, 4000, Facts.Carl, "Carl", Facts.KeyOf("Carl"))]);
        store.Append([new BanRecord(Facts.Meeting, 5000, Facts.Carl, "Carl again", Facts.KeyOf("Carl"))]);
        var ban = Assert.Single(store.ReadBans(Facts.Meeting));
        Assert.Equal(("Carl", 4000L), (ban.Name, ban.At));
        Assert.Equal(Facts.KeyOf("Carl").ToArray(), ban.KeyHash.ToArray());
    }

    [Fact]
    public void An_erased_meeting_leaves_nothing_and_one_that_runs_is_not_erased()
    {
        using var store = Open();
        store.Append([.. Facts.Conversation(), Facts.Announced("f1"), Facts.Part("f1", 0), Facts.Created("other")]);
        Assert.False(store.Erase(Facts.Meeting));
        store.Append([Facts.Ended()]);
        Assert.True(store.Erase(Facts.Meeting));
        Assert.False(store.Erase(Facts.Meeting));
        Assert.Empty(store.ReadChat(Facts.Meeting, Facts.KeyOf("Anna").Span));
        Assert.Empty(store.ReadParticipants(Facts.Meeting));
        Assert.Empty(store.ReadEvents(Facts.Meeting));
        Assert.Empty(store.ReadFileIds());
        Assert.Empty(store.ReadFileParts("f1"));
        Assert.Equal("other", Assert.Single(store.ListMeetings(10)).Id);
        Assert.Empty(store.Check());
    }

    [Fact]
    public void What_ended_long_enough_ago_is_erased_and_nothing_else()
    {
        using var store = Open();
        store.Append(
        [
            Facts.Created("old", at: 1), Facts.Ended("old", at: 99), Facts.Created("young", at: 1), Facts.Ended("young", at: 100), Facts.Created("cut off", at: 50),
        ]);
        store.MarkInterrupted();
        store.Append([Facts.Created("running", at: 1)]);
        Assert.Equal(2, store.EraseEndedBefore(100));
        Assert.Equal(["running", "young"], store.ListMeetings(10).Select(m => m.Id).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Reading_and_flushing_go_on_while_another_thread_appends()
    {
        using var store = Open();
        store.Append([Facts.Created()]);
        var writer = Task.Run(() =>
        {
            for (var i = 1; i <= 300; i++) store.Append([Facts.Line(i)]);
        });
        var before = 0;
        while (!writer.IsCompleted)
        {
            var count = store.ReadChat(Facts.Meeting, []).Count;
            Assert.True(count >= before, $"{count} lines after {before}");
            before = count;
            store.Flush();
        }
        await writer;
        Assert.Equal(Enumerable.Range(1, 300).Select(i => (long)i), store.ReadChat(Facts.Meeting, []).Select(l => l.Number));
    }
}
