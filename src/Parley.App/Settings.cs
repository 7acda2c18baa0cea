using System.CommandLine;
using System.CommandLine.Parsing;

namespace Parley.App;

/// <summary>
/// Flags that can also be set in the environment and in a file. What is nearest to the person wins: the flag, then the variable
/// <c>PARLEY_TCP_PORT</c> for <c>--tcp-port</c>, then the line <c>tcp-port = 5000</c> of the file that <c>PARLEY_CONFIG</c> names, then the default.
/// </summary>
internal static class Settings
{
    private static readonly Dictionary<string, string> File = ReadFile(Environment.GetEnvironmentVariable("PARLEY_CONFIG"));

    /// <summary>Makes a flag with a default.</summary>
    public static Option<T> Flag<T>(string name, string description, T fallback, params string[] aliases)
    {
        var option = new Option<T>(name, aliases) { Description = description };
        var outside = Outside(name);
        option.DefaultValueFactory = _ => outside is null ? fallback : Parse<T>(name, outside);
        return option;
    }

    /// <summary>Makes a flag that is absent unless given somewhere.</summary>
    public static Option<string?> Text(string name, string description, params string[] aliases) => Flag<string?>(name, description, null, aliases);

    /// <summary>Whether a flag was given anywhere, rather than left at its default.</summary>
    public static bool IsGiven<T>(ParseResult result, Option<T> option) =>
        result.GetResult(option) is OptionResult { Implicit: false } || Outside(option.Name) is not null;

    private static string? Outside(string name)
    {
        var key = name.TrimStart('-');
        return Environment.GetEnvironmentVariable("PARLEY_" + key.Replace('-', '_').ToUpperInvariant()) ?? File.GetValueOrDefault(key);
    }

    private static T Parse<T>(string name, string text)
    {
        var type = Nullable.GetUnderlyingType(typeof(T)) ?? typeof(T);
        try
        {
            return (T)Convert.ChangeType(text, type, System.Globalization.CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is FormatException or InvalidCastException or OverflowException)
        {
            throw new AppException($"'{text}' is not a value for {name}, set in the environment or in the settings file.");
        }
    }

    private static Dictionary<string, string> ReadFile(string? path)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        if (string.IsNullOrEmpty(path)) return values;
        if (!System.IO.File.Exists(path)) throw new AppException($"The settings file {path} (from PARLEY_CONFIG) does not exist.");
        var number = 0;
        foreach (var line in System.IO.File.ReadLines(path))
        {
            number++;
            var text = line.Trim();
            if (text.Length == 0 || text[0] == '#') continue;
            var equals = text.IndexOf('=', StringComparison.Ordinal);
            if (equals <= 0) throw new AppException($"{path}, line {number}: expected 'name = value'.");
            values[text[..equals].Trim()] = text[(equals + 1)..].Trim();
        }
        return values;
    }
}

/// <summary>The program cannot go on; the message is a sentence for the person.</summary>
/// <param name="message">The sentence.</param>
public sealed class AppException(string message) : Exception(message);
