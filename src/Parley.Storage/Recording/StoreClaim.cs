namespace Parley.Storage.Recording;

/// <summary>
/// Says that a server uses a data directory's history, for as long as it is held. Several servers may (the app and <c>parley serve</c> on one
/// machine); only the first of them may call what the others have not finished interrupted.
/// </summary>
/// <remarks>The system gives the claim back when the process ends, however it ends.</remarks>
public sealed class StoreClaim : IDisposable
{
    private const int Attempts = 100;

    private readonly FileStream? _file;

    private StoreClaim(FileStream? file, bool isAlone)
    {
        _file = file;
        IsFirst = isAlone;
    }

    /// <summary>Whether no other server had a claim when this one was made.</summary>
    public bool IsFirst { get; }

    /// <summary>Makes a claim.</summary>
    /// <param name="path">A file beside the store, made when it is missing.</param>
    /// <param name="whenFirst">Done before any other server can claim, when there is none.</param>
    public static StoreClaim Take(string path, Action whenFirst)
    {
        var isFirst = false;
        try
        {
            using var alone = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
            isFirst = true;
            whenFirst();
        }
        catch (IOException e) when (e is not StoreException)
        {
            // Somebody else is here.
        }
        return new StoreClaim(Shared(path), isFirst);
    }

    /// <inheritdoc />
    public void Dispose() => _file?.Dispose();

    private static FileStream? Shared(string path)
    {
        for (var i = 0; i < Attempts; i++)
        {
            try
            {
                return new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read);
            }
            catch (IOException)
            {
                // Another server is just looking whether it is alone.
                Thread.Sleep(10);
            }
        }
        return null;
    }
}
