using System.CommandLine;
using System.Globalization;
using Parley.Server;

namespace Parley.App;

/// <summary>Flags of the verbs that serve meetings: what of them is remembered.</summary>
internal sealed class HistoryFlags
{
    private const string Forever = "forever";

    private readonly Option<bool> _none = Settings.Flag("--no-history", "Remembers nothing: meetings and chat end with the program.", false);
    private readonly Option<string> _keep = Settings.Flag(
        "--keep", "Days after which an ended meeting is erased, or forever.", HistoryOptions.DefaultKeepDays.ToString(CultureInfo.InvariantCulture));
    private readonly Option<bool> _durable = Settings.Flag(
        "--durable", "Waits for the disk at each chat line, so that a power cut takes none. Usually it may take the last seconds.", false);

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_none);
        command.Options.Add(_keep);
        command.Options.Add(_durable);
    }

    /// <summary>What they say; null to remember nothing.</summary>
    public HistoryOptions? Options(ParseResult result)
    {
        if (result.GetValue(_none)) return null;
        return HistoryOptions.Default with { Keep = Days(result.GetValue(_keep)!), IsDurable = result.GetValue(_durable) };
    }

    private static TimeSpan? Days(string text) =>
        text == Forever ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var days) && days is >= 1 and <= 36_500 ? TimeSpan.FromDays(days)
        : throw new AppException($"--keep: '{text}' is not a number of days from 1 to 36500. Use one, or forever; --no-history keeps nothing.");
}
