using System.Text.Json;

namespace Parley.EndToEnd.Programs;

/// <summary><c>parley bot --json</c> and the reading of its report.</summary>
internal sealed class RunningBot(ParleyProcess process, double seconds) : IAsyncDisposable
{
    public ParleyProcess Process => process;

    public static RunningBot Start(RunningServer server, double seconds, params string[] arguments) => new(
        ParleyProcess.Start(["bot", server.Address, "--json", "--duration", seconds.ToString(System.Globalization.CultureInfo.InvariantCulture), .. arguments]),
        seconds);

    /// <summary>The code of the meeting that a bot with --create made.</summary>
    public async Task<string> CodeAsync() => (await process.ErrorAsync("meeting "))["meeting ".Length..];

    /// <summary>Waits for the report: an object, or an array with --count.</summary>
    public async Task<JsonElement> ReportAsync()
    {
        var (_, output) = await process.WaitAsync(TimeSpan.FromSeconds(seconds + 30));
        try
        {
            return JsonDocument.Parse(output).RootElement;
        }
        catch (JsonException e)
        {
            throw new InvalidOperationException($"The report is not one JSON document: '{output}'. Standard error: {process.Errors}", e);
        }
    }

    public ValueTask DisposeAsync() => process.DisposeAsync();
}
