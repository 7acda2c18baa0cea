using System.CommandLine;
using Parley.Agent;
using Parley.App;
using Parley.App.Verbs;

try
{
    var root = AppVerb.Create();
    root.Subcommands.Add(ServeVerb.Create());
    root.Subcommands.Add(JoinVerb.Create());
    root.Subcommands.Add(BotVerb.Create());
    root.Subcommands.Add(LoadVerb.Create());
    root.Subcommands.Add(HistoryVerb.Create());
    return await root.Parse(args).InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false });
}
catch (Exception e) when (e is AppException or AgentException or IOException or TypeInitializationException { InnerException: AppException })
{
    Console.Error.WriteLine($"parley: {(e as TypeInitializationException)?.InnerException?.Message ?? e.Message}");
    return 1;
}
