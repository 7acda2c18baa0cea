using System.ComponentModel;
using System.Diagnostics;

namespace Parley.Agent;

/// <summary>Opens the page: in an app window of an installed Chromium, Chrome or Edge, else in the default browser.</summary>
public static class BrowserLauncher
{
    private static readonly string[] LinuxBrowsers = ["chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "microsoft-edge"];

    /// <summary>Tries to open a link. False when there is no screen or no browser: then its address must be shown.</summary>
    public static bool TryOpen(string link)
    {
        if (OperatingSystem.IsLinux() && !HasScreen()) return false;
        foreach (var (program, arguments) in Candidates(link))
        {
            if (TryStart(program, arguments)) return true;
        }
        return false;
    }

    private static bool HasScreen() =>
        !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("DISPLAY")) || !string.IsNullOrEmpty(Environment.GetEnvironmentVariable("WAYLAND_DISPLAY"));

    private static IEnumerable<(string Program, string[] Arguments)> Candidates(string link)
    {
        string[] app = [$"--app={link}"];
        if (OperatingSystem.IsWindows())
        {
            foreach (var root in new[] { Environment.SpecialFolder.ProgramFiles, Environment.SpecialFolder.ProgramFilesX86, Environment.SpecialFolder.LocalApplicationData })
            {
                var folder = Environment.GetFolderPath(root);
                yield return (Path.Combine(folder, "Google", "Chrome", "Application", "chrome.exe"), app);
                yield return (Path.Combine(folder, "Microsoft", "Edge", "Application", "msedge.exe"), app);
            }
            yield return (link, []);
        }
        else if (OperatingSystem.IsMacOS())
        {
            yield return ("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome", app);
            yield return ("/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge", app);
            yield return ("open", [link]);
        }
        else
        {
            foreach (var browser in LinuxBrowsers) yield return (browser, app);
            yield return ("xdg-open", [link]);
        }
    }

    private static bool TryStart(string program, string[] arguments)
    {
        if (Path.IsPathRooted(program) && !File.Exists(program)) return false;
        try
        {
            // A link as the program is the Windows shell's way to the default browser.
            var isLink = program.StartsWith("http", StringComparison.Ordinal);
            var start = new ProcessStartInfo(program) { UseShellExecute = isLink, RedirectStandardOutput = !isLink, RedirectStandardError = !isLink };
            foreach (var argument in arguments) start.ArgumentList.Add(argument);
            using var process = Process.Start(start);
            // A browser that cannot run (no sandbox, no screen) ends at once with an error; a good one stays or hands over with success.
            return process is null || !process.WaitForExit(700) || process.ExitCode == 0;
        }
        catch (Exception e) when (e is Win32Exception or InvalidOperationException or PlatformNotSupportedException)
        {
            return false;
        }
    }
}
