using Microsoft.AspNetCore.Mvc;
using Shop.Orders.Services;

namespace Shop.Orders.Controllers;

[ApiController]
[Route("api/[controller]")]
public class OrdersController(OrderService orders) : ControllerBase
{
    [HttpGet]
    public IActionResult List() // span: GET api/Orders
    {
        return Ok(orders.Recent());
    }

    [HttpGet("{id:int}")]
    public async Task<IActionResult> Find(int id) // span: GET api/Orders/{id:int}
    {
        return Ok(await orders.FindAsync(id));
    }

    [HttpPost]
    public async Task<IActionResult> Place([FromBody] string sku) // span: POST api/Orders
    {
        return Created("", await orders.PlaceAsync(sku));
    }
}
