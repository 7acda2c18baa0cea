using Parley.Conference.Memory;
using Parley.Conference.Tests.Support;
using Parley.Protocol;
using Parley.Protocol.Control;

namespace Parley.Conference.Tests.Memory;

/// <summary>A server whose driver keeps records: what it hands out, and what waits for the answer.</summary>
public sealed class RecordingTests
{
    private readonly TestServer _server = new(TestServer.Options with { KeepsRecords = true });

    [Fact]
    public void A_meetings_history_is_handed_out_in_order_without_who_was_turned_away()
    {
        var anna = _server.Connect("Anna").Create("Anna", "Monday");
        var ben = _server.Guest(anna, "Ben");
        var eve = _server.Connect("Eve").Join(anna.Code, "Eve");
        anna.Send(new DenyRequest(anna.Inbox.OfType<JoinRequested>().Last().Request.Id));
        eve.ExpectRefused(EndReason.Denied);
        anna.Send(new HandOver(ben.Id));
        ben.Send(new RemoveSeat(anna.Id));
        ben.Send(new EndForAll());

        var at = TestServer.Options.UnixTimeOrigin + (long)_server.Now.Milliseconds;
        var meeting = ben.Seat!.Meeting.Id;
        var records = Poll();
        Assert.Equal(Enumerable.Range(1, 6).Select(i => (long)i), records.Select(r => r.Sequence));
        Assert.Equal(
            [
                new MeetingCreatedRecord(meeting, at, anna.Code, "Monday"),
                new ParticipantChangedRecord(meeting, at, ben.Id, ParticipantChange.BecameHost),
                new ParticipantLeftRecord(meeting, at, anna.Id, EndReason.Removed),
                new MeetingEndedRecord(meeting, at, EndReason.Ended),
            ],
            records.Select(r => r.Record).Where(r => r is not ParticipantJoinedRecord));
        var joined = records.Select(r => r.Record).OfType<ParticipantJoinedRecord>().ToList();
        Assert.Equal([(anna.Id, "Anna", true), (ben.Id, "Ben", false)], joined.Select(j => (j.ParticipantId, j.Name, j.IsHost)));
        Assert.Equal(TestServer.KeyOf("Ben"), joined[1].KeyHash.ToArray());
    }

    [Fact]
    public void A_chat_line_is_shown_to_everyone_when_it_is_recorded_and_not_before()
    {
        var (anna, ben) = Pair();
        ben.Send(new PostChat("1", "Hello"));
        anna.ExpectNothing();
        ben.ExpectNothing();
        var record = Assert.Single(Poll());
        var chat = Assert.IsType<ChatRecord>(record.Record);
        Assert.Equal((ben.Id, "Ben", (string?)null, "1", "Hello"), (chat.FromId, chat.FromName, chat.ToId, chat.ClientId, chat.Text));
        _server.Turn(s => s.HandleRecorded(_server.Now, record.Sequence));
        Assert.Equal("Hello", anna.Expect<ChatLinePosted>().Line.Text);
        Assert.Equal(chat.At, ben.Expect<ChatLinePosted>().Line.At);
    }

    [Fact]
    public void A_private_line_is_recorded_with_whom_it_is_for()
    {
        var (anna, ben) = Pair();
        ben.Send(new PostChat("1", "for Anna alone", anna.Id));
        var chat = Assert.IsType<ChatRecord>(Assert.Single(Poll()).Record);
        Assert.Equal((ben.Id, anna.Id, "Anna", "for Anna alone"), (chat.FromId, chat.ToId, chat.ToName, chat.Text));
    }

    [Fact]
    public void A_line_that_could_not_be_recorded_is_told_to_its_writer_and_the_meeting_goes_on()
    {
        var (anna, ben) = Pair();
        ben.Send(new PostChat("1", "lost"));
        var lost = Poll()[^1];
        _server.Turn(s => s.HandleRecordingFailed(_server.Now, lost.Sequence));
        ben.ExpectRejected("chat", RejectReason.NotRecorded);
        ben.Send(new PostChat("2", "kept"));
        var kept = Poll()[^1];
        _server.Turn(s => s.HandleRecorded(_server.Now, kept.Sequence));
        Assert.Equal("kept", anna.Expect<ChatLinePosted>().Line.Text);
        anna.ExpectNothing();
        Assert.Equal(1, _server.Snapshot.LostRecords);
    }

    [Fact]
    public void A_store_that_does_not_answer_is_told_after_three_seconds_and_the_line_is_shown_should_it_recover()
    {
        var (anna, ben) = Pair();
        ben.Send(new PostChat("1", "slow"));
        var slow = Poll()[^1];
        _server.Advance(TimeSpan.FromSeconds(2.9));
        ben.ExpectNothing();
        _server.Advance(TimeSpan.FromSeconds(0.2));
        ben.ExpectRejected("chat", RejectReason.NotRecorded);
        _server.Advance(TimeSpan.FromSeconds(4));
        _server.Turn(s => s.HandleRecorded(_server.Now, slow.Sequence));
        Assert.Equal("slow", anna.Expect<ChatLinePosted>().Line.Text);
        Assert.Equal("slow", ben.Expect<ChatLinePosted>().Line.Text);
    }

    [Fact]
    public void A_line_that_stalled_and_then_failed_is_told_once()
    {
        var (_, ben) = Pair();
        ben.Send(new PostChat("1", "slow"));
        _server.Advance(TimeSpan.FromSeconds(3.1));
        ben.ExpectRejected("chat", RejectReason.NotRecorded);
        var slow = Poll()[^1];
        _server.Turn(s => s.HandleRecordingFailed(_server.Now, slow.Sequence));
        ben.ExpectNothing();
    }

    [Fact]
    public void A_line_that_waits_for_the_store_is_taken_once_however_often_it_is_sent()
    {
        var (anna, ben) = Pair();
        ben.Send(new PostChat("1", "slow")).Send(new PostChat("1", "slow"));
        var slow = Assert.Single(Poll());
        ben.ExpectNothing();
        _server.Advance(TimeSpan.FromSeconds(3.1));
        ben.ExpectRejected("chat", RejectReason.NotRecorded);
        ben.Send(new PostChat("1", "slow")).ExpectRejected("chat", RejectReason.NotRecorded);
        Assert.Empty(Poll());

        // Once the store has said no for good, the next try is a new one.
        _server.Turn(s => s.HandleRecordingFailed(_server.Now, slow.Sequence));
        ben.ExpectNothing();
        ben.Send(new PostChat("1", "slow"));
        _server.Turn(s => s.HandleRecorded(_server.Now, Assert.Single(Poll()).Sequence));
        Assert.Equal("slow", anna.Expect<ChatLinePosted>().Line.Text);
    }

    [Fact]
    public void The_servers_own_lines_wait_behind_those_that_are_not_recorded_yet()
    {
        var (anna, ben) = Pair();
        ben.Send(new PostChat("1", "before the change"));
        var line = Assert.Single(Poll());
        anna.Send(new HandOver(ben.Id));
        Assert.DoesNotContain(anna.Inbox, m => m is ChatLinePosted);
        _server.Turn(s => s.HandleRecorded(_server.Now, line.Sequence));
        Assert.Equal([ChatLineKind.Text, ChatLineKind.HostChanged], anna.Inbox.OfType<ChatLinePosted>().Select(p => p.Line.Kind));
    }

    [Fact]
    public void Too_many_lines_that_wait_are_refused_at_once()
    {
        var (anna, ben) = Pair();
        while (_server.Server.Context.Records.UnsettledCount < Limits.MaxUnsettledRecords)
            Assert.True(_server.Server.Context.Records.TryAppend(_server.Now, new MeetingEndedRecord("other", 0, EndReason.Ended)));
        ben.Send(new PostChat("1", "too many"));
        ben.ExpectRejected("chat", RejectReason.NotRecorded);
        _server.Turn(s => s.HandleRecorded(_server.Now, long.MaxValue));
        ben.Send(new PostChat("1", "now"));
        _server.Turn(s => s.HandleRecorded(_server.Now, long.MaxValue));
        Assert.Equal("now", anna.Expect<ChatLinePosted>().Line.Text);
    }

    /// <summary>Two in a meeting whose beginning is recorded.</summary>
    private (TestClient Anna, TestClient Ben) Pair()
    {
        var anna = _server.Host();
        var ben = _server.Guest(anna, "Ben");
        _server.Turn(s => s.HandleRecorded(_server.Now, Poll()[^1].Sequence));
        anna.Forget();
        ben.Forget();
        return (anna, ben);
    }

    private List<SequencedRecord> Poll()
    {
        var records = new List<SequencedRecord>();
        while (_server.Server.PollRecord(out var record)) records.Add(record);
        return records;
    }
}
