using System.CommandLine;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Console;
using Parley.Transport.Impairment;

namespace Parley.App;

/// <summary>Flags that several verbs have, read the same way by all.</summary>
internal sealed class CommonFlags
{
    private readonly Option<string?> _data = Settings.Text("--data", "Directory for identity, settings and files.");
    private readonly Option<string> _logLevel = Settings.Flag("--log-level", "trace, debug, information, warning, error or none; to standard error.", "");
    private readonly Option<string> _logFormat = Settings.Flag("--log-format", "text, or json for a line of JSON each.", "text");
    private readonly Option<string?> _impair = Settings.Text(
        "--impair", "An impaired network, for learning and testing: loss=5%,burst=3,delay=20ms,jitter=10ms,reorder=1%,rate=2mbit,queue=100ms,direction=both|up|down,seed=7.");
    private readonly Option<string?> _dropRate = Settings.Text("--drop-rate", "Loss in percent, both ways; short for --impair loss=N%.");

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_data);
        command.Options.Add(_logLevel);
        command.Options.Add(_logFormat);
        command.Options.Add(_impair);
        command.Options.Add(_dropRate);
    }

    /// <summary>The data directory; null when none was given and the verb has no usual one.</summary>
    public string? Data(ParseResult result) => result.GetValue(_data) is { Length: > 0 } path ? Path.GetFullPath(path) : null;

    /// <summary>The usual data directory of this system: ~/.local/share/parley, ~/Library/Application Support/parley, %LOCALAPPDATA%\parley.</summary>
    public string DataOrUsual(ParseResult result) => Data(result) ?? UsualData();

    /// <summary>The same, whatever the flags say.</summary>
    public static string UsualData() =>
        Path.Combine(Environment.GetFolderPath(Environment.SpecialFolder.LocalApplicationData, Environment.SpecialFolderOption.Create), "parley");

    /// <summary>Loggers to standard error.</summary>
    public ILoggerFactory Loggers(ParseResult result, LogLevel usual)
    {
        var text = result.GetValue(_logLevel) ?? "";
        var level = usual;
        if (text.Length > 0 && !Enum.TryParse(text, ignoreCase: true, out level))
            throw new AppException($"'{text}' is not a log level. Use trace, debug, information, warning, error or none.");
        return LoggerFactory.Create(b =>
        {
            b.SetMinimumLevel(level);
            b.AddFilter("Microsoft", level > LogLevel.Warning ? level : LogLevel.Warning);
            b.AddConsole(o => o.LogToStandardErrorThreshold = LogLevel.Trace);
            if (result.GetValue(_logFormat) == "json") b.AddJsonConsole();
            else b.AddSimpleConsole(o =>
            {
                o.SingleLine = true;
                o.TimestampFormat = "HH:mm:ss.fff ";
                o.ColorBehavior = LoggerColorBehavior.Disabled;
            });
        });
    }

    /// <summary>The impairment, or null.</summary>
    public ImpairmentOptions? Impairment(ParseResult result)
    {
        if (result.GetValue(_impair) is { Length: > 0 } text)
            return ImpairmentOptions.TryParse(text, out var options, out var error) ? options : throw new AppException($"--impair: {error}");
        if (result.GetValue(_dropRate) is { Length: > 0 } rate)
            return ImpairmentOptions.TryParseDropRate(rate, out var options, out var error) ? options : throw new AppException($"--drop-rate: {error}");
        return null;
    }
}
