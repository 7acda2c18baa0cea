using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace Parley.Protocol.Tests.Control;

/// <summary>One message of a family, damaged in every systematic way.</summary>
internal static class JsonDamage
{
    private static readonly string[] Values = ["null", "{}", "[]", "[[]]", "true", "\"\"", "\"no such word\"", "-1", "1.5", "1e400", "18446744073709551616"];

    /// <summary>The message with one member, at any depth, given a value that is not of its kind.</summary>
    /// <returns>The path of the member and the bytes. Null is a kind of its own.</returns>
    public static IEnumerable<(string Path, byte[] Json)> WithWrongKinds(byte[] golden)
    {
        foreach (var (path, kind) in Members(golden))
        {
            foreach (var value in Values)
            {
                if (KindOf(value) == kind && value != "\"no such word\"" && !IsHuge(value)) continue;
                // A string takes any word; whether it is one of an enumeration only the reader knows.
                if (kind == JsonValueKind.String && KindOf(value) == kind) continue;
                // Nobody in particular may become somebody.
                if (kind == JsonValueKind.Null && path == ".to" && KindOf(value) == JsonValueKind.String) continue;
                if (IsDouble(path) && value == "18446744073709551616") continue; // large enough, and finite
                if (kind == JsonValueKind.False && KindOf(value) == JsonValueKind.True) continue;
                yield return (path, Replace(golden, path, value));
            }
        }
    }

    private static bool IsDouble(string path) =>
        path == ".pageTime" || (path.StartsWith(".stats.", StringComparison.Ordinal) && !path.EndsWith("Queue", StringComparison.Ordinal) && !path.EndsWith(".track", StringComparison.Ordinal));

    /// <summary>The message without one member.</summary>
    public static IEnumerable<(string Path, byte[] Json)> WithoutOne(byte[] golden)
    {
        foreach (var (path, _) in Members(golden))
        {
            if (path.EndsWith(']')) continue;
            var root = JsonNode.Parse(golden)!;
            var (parent, name) = Find(root, path);
            ((JsonObject)parent).Remove(name);
            yield return (path, Encoding.UTF8.GetBytes(root.ToJsonString()));
        }
    }

    /// <summary>The message with a member in every object, first and last, that nobody knows.</summary>
    public static byte[] WithUnknownMembers(byte[] golden)
    {
        var text = Encoding.UTF8.GetString(golden)
            .Replace("{\"", "{\"fromTheFuture\":[{\"a\":null}],\"", StringComparison.Ordinal)
            .Replace("\"}", "\",\"alsoNew\":1e3}", StringComparison.Ordinal);
        return Encoding.UTF8.GetBytes(text);
    }

    /// <summary>The message with its members in the opposite order, so that the type comes last.</summary>
    public static byte[] Reversed(byte[] golden)
    {
        var root = JsonNode.Parse(golden)!.AsObject();
        var reversed = new JsonObject();
        foreach (var (name, value) in root.Reverse()) reversed.Add(name, value?.DeepClone());
        return Encoding.UTF8.GetBytes(reversed.ToJsonString());
    }

    private static bool IsHuge(string value) => value is "1e400" or "18446744073709551616";

    private static JsonValueKind KindOf(string value) => JsonDocument.Parse(value).RootElement.ValueKind;

    private static List<(string Path, JsonValueKind Kind)> Members(byte[] golden)
    {
        var members = new List<(string, JsonValueKind)>();
        Walk(JsonDocument.Parse(golden).RootElement, "");
        return members;

        void Walk(JsonElement element, string path)
        {
            if (path.Length > 0) members.Add((path, element.ValueKind));
            if (element.ValueKind == JsonValueKind.Object)
            {
                foreach (var member in element.EnumerateObject()) Walk(member.Value, $"{path}.{member.Name}");
            }
            else if (element.ValueKind == JsonValueKind.Array)
            {
                for (var i = 0; i < element.GetArrayLength(); i++) Walk(element[i], $"{path}.[{i}]");
            }
        }
    }

    private static byte[] Replace(byte[] golden, string path, string value)
    {
        // By text, because a node cannot hold 1e400.
        const string Mark = "\"* here *\"";
        var root = JsonNode.Parse(golden)!;
        var (parent, name) = Find(root, path);
        if (parent is JsonArray array) array[IndexOf(name)] = "* here *";
        else ((JsonObject)parent)[name] = "* here *";
        return Encoding.UTF8.GetBytes(root.ToJsonString().Replace(Mark, value, StringComparison.Ordinal));
    }

    private static (JsonNode Parent, string Name) Find(JsonNode root, string path)
    {
        var steps = path[1..].Split('.');
        var node = root;
        foreach (var step in steps[..^1]) node = step.StartsWith('[') ? node![IndexOf(step)] : node![step];
        return (node!, steps[^1]);
    }

    private static int IndexOf(string step) => int.Parse(step[1..^1]);
}
