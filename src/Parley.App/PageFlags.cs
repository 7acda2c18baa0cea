using System.CommandLine;
using Parley.Agent;
using Parley.Transport.Impairment;

namespace Parley.App;

/// <summary>Flags of the verbs that have a page.</summary>
internal sealed class PageFlags
{
    private readonly Option<int> _uiPort = Settings.Flag("--ui-port", "Port of the page on 127.0.0.1; 0 for any free one.", AgentOptions.DefaultUiPort);
    private readonly Option<bool> _noBrowser = Settings.Flag("--no-browser", "Prints the page's address instead of opening it.", false);
    private readonly Option<bool> _stay = Settings.Flag("--stay", "Keeps running without a page and a meeting; usually it ends after 60 s.", false);
    private readonly Option<string?> _name = Settings.Text("--name", "Your name in meetings.");
    private readonly Option<string?> _videoCodec = Settings.Text(
        "--video-codec", $"What your camera is sent in when everyone can show it: {CodecChoice.Words}. Remembered, and in the settings of the page.");

    /// <summary>Adds them to a verb.</summary>
    public void AddTo(Command command)
    {
        command.Options.Add(_name);
        command.Options.Add(_videoCodec);
        command.Options.Add(_uiPort);
        command.Options.Add(_noBrowser);
        command.Options.Add(_stay);
    }

    /// <summary>The agent's settings.</summary>
    public AgentOptions Options(ParseResult result, string data, ImpairmentOptions? impairment) => new()
    {
        DataDirectory = data,
        Product = Product.Name,
        UiPort = result.GetValue(_uiPort),
        UiPortIsFixed = Settings.IsGiven(result, _uiPort),
        IdleLife = result.GetValue(_stay) ? null : TimeSpan.FromSeconds(60),
        Name = result.GetValue(_name),
        Codec = Codec(result),
        Impairment = impairment,
    };

    private CodecChoice? Codec(ParseResult result)
    {
        if (result.GetValue(_videoCodec) is not { } text) return null;
        return CodecChoice.TryParse(text, out var choice) ? choice : throw new AppException($"--video-codec: '{text}' is not a codec. Use {CodecChoice.Words}.");
    }

    /// <summary>Opens the page, and always says where it is.</summary>
    public void Show(ParseResult result, string link, string sentence)
    {
        var isOpen = !result.GetValue(_noBrowser) && BrowserLauncher.TryOpen(link);
        Console.WriteLine(isOpen ? $"{sentence} Its page is open in your browser." : $"{sentence} Open this address in a browser on this computer (it works once):");
        if (!isOpen) Console.WriteLine(link);
    }
}
