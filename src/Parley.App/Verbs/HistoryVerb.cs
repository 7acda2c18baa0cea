using System.CommandLine;
using System.Text.Json;
using Parley.Net;
using Parley.Storage;
using Parley.Storage.History;
using Parley.Storage.Sqlite;

namespace Parley.App.Verbs;

/// <summary><c>parley history</c>: past meetings of a server on this machine, whether it runs or not.</summary>
internal static class HistoryVerb
{
    private static readonly JsonSerializerOptions ListJson = new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    public static Command Create()
    {
        var data = Settings.Text("--data", "The server's data directory. Without it that of this person's app and server.");
        data.Recursive = true;
        var limit = Settings.Flag("--limit", "At most so many meetings.", 50);
        var json = Json();
        var command = new Command("history", "Lists past meetings; its verbs show, export, copy and erase them.") { data, limit, json };
        command.SetAction(result =>
        {
            using var store = Open(result.GetValue(data));
            var meetings = store.ListMeetings(Math.Clamp(result.GetValue(limit), 1, 100_000));
            Console.WriteLine(
                result.GetValue(json) ? JsonSerializer.Serialize(meetings, ListJson)
                : meetings.Count > 0 ? new HistoryText(TimeZoneInfo.Local).List(meetings)
                : "No meetings are remembered.");
        });
        command.Subcommands.Add(Show(data));
        command.Subcommands.Add(Export(data));
        command.Subcommands.Add(Backup(data));
        command.Subcommands.Add(Erase(data));
        command.Subcommands.Add(Check(data));
        return command;
    }

    private static Command Show(Option<string?> data)
    {
        var (meeting, mine, json) = (Meeting(), Mine(), Json());
        var command = new Command("show", "Prints a meeting: who was there, what happened, the public chat.") { meeting, mine, json };
        command.SetAction(result =>
        {
            using var store = Open(result.GetValue(data));
            Console.WriteLine(Write(Read(store, result.GetValue(meeting)!, result.GetValue(mine), result.GetValue(data)), result.GetValue(json)));
        });
        return command;
    }

    private static Command Export(Option<string?> data)
    {
        var (meeting, mine) = (Meeting(), Mine());
        var file = new Argument<string>("file") { Description = "Where to: a name that ends with .json for JSON, else text. It must not exist." };
        var command = new Command("export", "Writes a meeting into a file.") { meeting, file, mine };
        command.SetAction(result =>
        {
            using var store = Open(result.GetValue(data));
            var path = result.GetValue(file)!;
            var text = Write(
                Read(store, result.GetValue(meeting)!, result.GetValue(mine), result.GetValue(data)), path.EndsWith(".json", StringComparison.OrdinalIgnoreCase));
            var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
            if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
            using var writer = new StreamWriter(path, options);
            writer.WriteLine(text);
        });
        return command;
    }

    private static Command Backup(Option<string?> data)
    {
        var file = new Argument<string>("file") { Description = "The copy. It must not exist." };
        var command = new Command("backup", "Copies the whole history, with everyone's private messages, while the server goes on.") { file };
        command.SetAction(result =>
        {
            using var store = Open(result.GetValue(data));
            store.Backup(result.GetValue(file)!);
        });
        return command;
    }

    private static Command Erase(Option<string?> data)
    {
        var meeting = Meeting();
        meeting.Arity = ArgumentArity.ZeroOrOne;
        // From the command line only: what is set in the environment for another purpose must not erase anything.
        var before = new Option<int?>("--before") { Description = "Erases every meeting that ended more than so many days ago instead." };
        var command = new Command("erase", "Erases a meeting and everything that was said in it, for good.") { meeting, before };
        command.SetAction(result =>
        {
            using var store = Open(result.GetValue(data));
            if (result.GetValue(before) is { } days && result.GetValue(meeting) is null)
            {
                if (days is < 0 or > 36_500) throw new AppException($"--before: {days} is not a number of days from 0 to 36500.");
                Console.WriteLine($"Erased: {store.EraseEndedBefore(DateTimeOffset.UtcNow.AddDays(-days).ToUnixTimeMilliseconds())}");
                return;
            }
            var found = Find(store, result.GetValue(meeting) ?? throw new AppException("Say which meeting, or --before DAYS."));
            if (!store.Erase(found.Id)) throw new AppException("That meeting is still running. End it first.");
            Console.WriteLine($"Erased {found.Id}.");
        });
        return command;
    }

    private static Command Check(Option<string?> data)
    {
        var command = new Command("check", "Looks through the whole history for damage.");
        command.SetAction(result =>
        {
            using var store = Open(result.GetValue(data));
            var findings = store.Check();
            Console.WriteLine(findings.Count == 0 ? "ok" : string.Join(Environment.NewLine, findings));
            return findings.Count == 0 ? 0 : 1;
        });
        return command;
    }

    private static Argument<string?> Meeting() => new("meeting") { Description = "Its id, or its code: the newest meeting with that code." };

    private static Option<bool> Mine() => Settings.Flag(
        "--mine", "With the private messages to and from you: the person whose app uses this data directory.", false);

    private static Option<bool> Json() => Settings.Flag("--json", "Prints JSON.", false);

    private static SqliteMeetingStore Open(string? data) => SqliteMeetingStore.OpenExisting(Path.Combine(ServerDirectory(data), SqliteMeetingStore.FileName));

    /// <summary>The app keeps its server's data below its own; <c>serve --data</c> is given that directory itself.</summary>
    private static string ServerDirectory(string? data)
    {
        var directory = AppDirectory(data);
        return data is not null && File.Exists(Path.Combine(directory, SqliteMeetingStore.FileName)) ? directory : Path.Combine(directory, "server");
    }

    private static string AppDirectory(string? data) => data is { Length: > 0 } ? Path.GetFullPath(data) : CommonFlags.UsualData();

    private static StoredMeeting Find(IMeetingStore store, string codeOrId) =>
        store.FindMeeting(codeOrId) ?? throw new AppException($"No meeting '{codeOrId}' is remembered. See 'parley history'.");

    private static MeetingExport Read(IMeetingStore store, string codeOrId, bool isMine, string? data) =>
        MeetingExport.Read(store, Find(store, codeOrId), isMine ? OwnKeyHash(AppDirectory(data)) : []);

    /// <summary>Whoever has a person's key is that person; a server's operator has only the server's.</summary>
    private static byte[] OwnKeyHash(string directory)
    {
        if (!Identity.ExistsIn(directory)) throw new AppException($"--mine: there is no identity in {directory}, so nobody's messages are yours.");
        using var identity = Identity.LoadOrCreate(directory);
        return identity.KeyHash;
    }

    private static string Write(MeetingExport export, bool asJson) => asJson ? export.ToJson() : new HistoryText(TimeZoneInfo.Local).Show(export);
}
