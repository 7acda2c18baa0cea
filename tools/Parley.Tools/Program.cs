using Parley.Tools.TypeScript;

return args switch
{
    ["generate-typescript", var path] => GenerateTypeScript.Run(path, onlyCheck: false),
    ["generate-typescript", "--check", var path] => GenerateTypeScript.Run(path, onlyCheck: true),
    ["generate-typescript", var path, "--check"] => GenerateTypeScript.Run(path, onlyCheck: true),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("usage: Parley.Tools generate-typescript [--check] FILE");
    return 2;
}
